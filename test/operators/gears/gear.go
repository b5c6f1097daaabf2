// Package gears is a small operator as they are written on controller-runtime: for each Gear it keeps a ConfigMap that says how
// to cut it, and a Deployment of the machines that do. Coxswain's tests run its tests, which know nothing of Coxswain.
package gears

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var groupVersion = schema.GroupVersion{Group: "machines.example.com", Version: "v1"}

type GearSpec struct {
	Teeth int    `json:"teeth,omitempty"`
	Metal string `json:"metal,omitempty"`
}

type GearStatus struct {
	Teeth int  `json:"teeth,omitempty"`
	Ready bool `json:"ready,omitempty"`
}

type Gear struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              GearSpec   `json:"spec,omitempty"`
	Status            GearStatus `json:"status,omitempty"`
}

func (g *Gear) DeepCopyObject() runtime.Object {
	out := *g
	g.ObjectMeta.DeepCopyInto(&out.ObjectMeta)
	return &out
}

type GearList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Gear `json:"items"`
}

func (l *GearList) DeepCopyObject() runtime.Object {
	out := *l
	l.ListMeta.DeepCopyInto(&out.ListMeta)
	out.Items = make([]Gear, len(l.Items))
	for i := range l.Items {
		out.Items[i] = *l.Items[i].DeepCopyObject().(*Gear)
	}
	return &out
}

// AddToScheme makes the kinds known.
func AddToScheme(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(groupVersion, &Gear{}, &GearList{})
	metav1.AddToGroupVersion(scheme, groupVersion)
	scheme.AddKnownTypeWithName(secondVersion.WithKind("Gear"), &GearV2{})
	scheme.AddKnownTypeWithName(secondVersion.WithKind("GearList"), &GearV2List{})
	metav1.AddToGroupVersion(scheme, secondVersion)
	return nil
}
