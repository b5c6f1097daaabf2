package gears

import (
	"bytes"
	"io"
	"os"
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func TestOneVersionIsReadAsTheOther(t *testing.T) {
	made := &GearV2{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "second"}}
	made.Spec.Wheel = Wheel{Teeth: 30, Metal: "steel"}
	if err := api.Create(ctx, made); err != nil {
		t.Fatal(err)
	}
	asFirst := &Gear{}
	if err := api.Get(ctx, key("second"), asFirst); err != nil {
		t.Fatal(err)
	}
	if asFirst.Spec != (GearSpec{Teeth: 30, Metal: "steel"}) || asFirst.UID != made.UID {
		t.Fatalf("as v1 it is %+v", asFirst.Spec)
	}
	all := &GearV2List{}
	if err := api.List(ctx, all, client.InNamespace("default")); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(all.Items, func(g GearV2) bool { return g.Name == "first" && g.Spec.Wheel.Teeth == 8 }) {
		t.Fatalf("as v2 they are %+v", all.Items)
	}
}

func TestItsScaleIsItsTeeth(t *testing.T) {
	made := gear("scaled", 12)
	if err := api.Create(ctx, made); err != nil {
		t.Fatal(err)
	}
	err := eventually(func() error {
		scale := &autoscalingv1.Scale{}
		if err := api.SubResource("scale").Get(ctx, made, scale); err != nil {
			return err
		}
		scale.Spec.Replicas = 40
		return api.SubResource("scale").Update(ctx, made, client.WithSubResourceBody(scale))
	})
	if err != nil {
		t.Fatal(err)
	}
	deployment := &appsv1.Deployment{}
	err = eventually(func() error {
		if err := api.Get(ctx, key("scaled"), deployment); err != nil {
			return err
		}
		if *deployment.Spec.Replicas != 4 {
			return notYet("four lathes cut forty teeth")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	managers := deployment.ManagedFields
	if len(managers) != 1 || managers[0].Manager != "gears" || managers[0].Operation != metav1.ManagedFieldsOperationApply {
		t.Fatalf("managed by %v", managers)
	}
	if owner := metav1.GetControllerOf(deployment); owner == nil || owner.UID != made.UID {
		t.Fatalf("owned by %v", owner)
	}
}

func TestWritesOfWhatHasChangedConflict(t *testing.T) {
	made := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "default", GenerateName: "note-"}}
	if err := api.Create(ctx, made); err != nil {
		t.Fatal(err)
	}
	old := made.DeepCopy()
	if err := api.Patch(ctx, made, client.RawPatch("application/merge-patch+json", []byte(`{"data":{"a":"1"}}`))); err != nil {
		t.Fatal(err)
	}
	changed := old.DeepCopy()
	changed.Data = map[string]string{"a": "2"}
	if err := api.Update(ctx, changed); !apierrors.IsConflict(err) {
		t.Fatalf("an update of what was read before: %v", err)
	}
	patch := client.MergeFromWithOptions(old, client.MergeFromWithOptimisticLock{})
	if err := api.Patch(ctx, changed, patch); !apierrors.IsConflict(err) {
		t.Fatalf("a patch of what was read before: %v", err)
	}
	if err := api.Delete(ctx, made, client.DryRunAll); err != nil {
		t.Fatal(err)
	}
	precondition := client.Preconditions{ResourceVersion: &old.ResourceVersion}
	if err := api.Delete(ctx, made, precondition); !apierrors.IsConflict(err) {
		t.Fatalf("a delete of what was read before: %v", err)
	}
}

func TestListsComeInPartsAndGoTogether(t *testing.T) {
	for range 5 {
		made := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
			Namespace: "default", GenerateName: "part-", Labels: map[string]string{"of": "parts"},
		}}
		if err := api.Create(ctx, made); err != nil {
			t.Fatal(err)
		}
	}
	of := client.MatchingLabels{"of": "parts"}
	var seen, rounds int
	for next := ""; rounds == 0 || next != ""; rounds++ {
		// metadata alone, as a cache that keeps no more asks
		page := &metav1.PartialObjectMetadataList{}
		page.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("ConfigMapList"))
		if err := api.List(ctx, page, of, client.InNamespace("default"), client.Limit(2), client.Continue(next)); err != nil {
			t.Fatal(err)
		}
		seen += len(page.Items)
		next = page.Continue
	}
	if seen != 5 || rounds != 3 {
		t.Fatalf("%d in %d rounds", seen, rounds)
	}
	if err := api.DeleteAllOf(ctx, &corev1.ConfigMap{}, of, client.InNamespace("default")); err != nil {
		t.Fatal(err)
	}
	left := &corev1.ConfigMapList{}
	if err := api.List(ctx, left, of); err != nil || len(left.Items) != 0 {
		t.Fatalf("%d are left, %v", len(left.Items), err)
	}
}

func TestAServiceAccountLogsInByItsToken(t *testing.T) {
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "robot"}}
	role := &rbacv1.Role{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "robot"},
		Rules:      []rbacv1.PolicyRule{{APIGroups: []string{groupVersion.Group}, Resources: []string{"gears"}, Verbs: []string{"get"}}},
	}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "robot"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "robot"},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: "default", Name: "robot"}},
	}
	for _, object := range []client.Object{account, role, binding} {
		if err := api.Create(ctx, object); err != nil {
			t.Fatal(err)
		}
	}
	request := &authenticationv1.TokenRequest{}
	if err := api.SubResource("token").Create(ctx, account, request); err != nil {
		t.Fatal(err)
	}
	config := rest.AnonymousClientConfig(env.Config)
	config.BearerToken = request.Status.Token
	robot, err := client.New(config, client.Options{Scheme: api.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	if err := robot.Get(ctx, key("first"), &Gear{}); err != nil {
		t.Fatal(err)
	}
	if err := robot.List(ctx, &GearList{}); !apierrors.IsForbidden(err) {
		t.Fatalf("what the role does not say: %v", err)
	}
}

// Both a kubectl that is installed, and what stands in for it where none is.
func TestKubectlReadsAndWrites(t *testing.T) {
	for _, path := range []string{os.Getenv("PATH"), "/nonexistent"} {
		t.Setenv("PATH", path)
		kubectl := env.ControlPlane.KubeCtl()
		run := func(args ...string) string {
			stdout, stderr, err := kubectl.Run(args...)
			said, _ := io.ReadAll(stdout)
			complained, _ := io.ReadAll(stderr)
			if err != nil {
				t.Fatalf("kubectl %v: %v: %s", args, err, complained)
			}
			return string(said)
		}
		if said := run("get", "gear", "first", "-n", "default", "-o", "name"); said != "gear.machines.example.com/first\n" {
			t.Fatalf("it says %q", said)
		}
		run("create", "configmap", "by-hand", "-n", "default", "--from-literal=a=b")
		if said := run("get", "configmap", "by-hand", "-n", "default", "-o", "jsonpath={.data.a}"); said != "b" {
			t.Fatalf("it says %q", said)
		}
		run("delete", "configmap", "by-hand", "-n", "default")
	}
}

func TestTheServerDoesAsItsFlagsSay(t *testing.T) {
	err := eventually(func() error {
		written, err := os.ReadFile(auditLog)
		if err != nil {
			return err
		}
		if !bytes.Contains(written, []byte(`"requestURI":"/apis/machines.example.com/v1/namespaces/default/gears`)) {
			return notYet("the audit log has no gears")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
