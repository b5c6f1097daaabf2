package gears

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/conversion"
)

var secondVersion = schema.GroupVersion{Group: "machines.example.com", Version: "v2"}

// Wheel is how v2 says what v1 has beside each other.
type Wheel struct {
	Teeth int    `json:"teeth,omitempty"`
	Metal string `json:"metal,omitempty"`
}

type GearV2Spec struct {
	Wheel Wheel `json:"wheel,omitempty"`
}

type GearV2 struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              GearV2Spec `json:"spec,omitempty"`
	Status            GearStatus `json:"status,omitempty"`
}

func (g *GearV2) DeepCopyObject() runtime.Object {
	out := *g
	g.ObjectMeta.DeepCopyInto(&out.ObjectMeta)
	return &out
}

type GearV2List struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []GearV2 `json:"items"`
}

func (l *GearV2List) DeepCopyObject() runtime.Object {
	out := *l
	l.ListMeta.DeepCopyInto(&out.ListMeta)
	out.Items = make([]GearV2, len(l.Items))
	for i := range l.Items {
		out.Items[i] = *l.Items[i].DeepCopyObject().(*GearV2)
	}
	return &out
}

// Hub says that others are converted from and to v1.
func (*Gear) Hub() {}

func (g *GearV2) ConvertTo(hub conversion.Hub) error {
	to := hub.(*Gear)
	to.ObjectMeta = g.ObjectMeta
	to.Spec = GearSpec(g.Spec.Wheel)
	to.Status = g.Status
	return nil
}

func (g *GearV2) ConvertFrom(hub conversion.Hub) error {
	from := hub.(*Gear)
	g.ObjectMeta = from.ObjectMeta
	g.Spec.Wheel = Wheel(from.Spec)
	g.Status = from.Status
	return nil
}
