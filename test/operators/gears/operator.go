package gears

import (
	"context"
	"fmt"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	appsv1apply "k8s.io/client-go/applyconfigurations/apps/v1"
	corev1apply "k8s.io/client-go/applyconfigurations/core/v1"
	metav1apply "k8s.io/client-go/applyconfigurations/meta/v1"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

const (
	finalizer  = "machines.example.com/lathe"
	metalField = "spec.metal"
)

type reconciler struct {
	client.Client
	events events.EventRecorder
}

func (r *reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	gear := &Gear{}
	if err := r.Get(ctx, request.NamespacedName, gear); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !gear.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, r.scrap(ctx, gear)
	}
	if controllerutil.AddFinalizer(gear, finalizer) {
		return ctrl.Result{}, r.Update(ctx, gear)
	}
	plan := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: gear.Namespace, Name: gear.Name}}
	done, err := controllerutil.CreateOrUpdate(ctx, r.Client, plan, func() error {
		plan.Data = map[string]string{"teeth": strconv.Itoa(gear.Spec.Teeth), "metal": gear.Spec.Metal}
		return controllerutil.SetControllerReference(gear, plan, r.Scheme())
	})
	if err != nil {
		return ctrl.Result{}, err
	}
	if done == controllerutil.OperationResultCreated {
		r.events.Eventf(gear, plan, corev1.EventTypeNormal, "Planned", "Plan", "a gear of %d teeth", gear.Spec.Teeth)
	}
	if err := r.Apply(ctx, lathes(gear), client.FieldOwner("gears"), client.ForceOwnership); err != nil {
		return ctrl.Result{}, err
	}
	gear.Status = GearStatus{Teeth: gear.Spec.Teeth, Ready: true}
	return ctrl.Result{}, r.Status().Update(ctx, gear)
}

// lathes are the machines that cut a gear: one for every ten teeth.
func lathes(gear *Gear) *appsv1apply.DeploymentApplyConfiguration {
	labels := map[string]string{"gear": gear.Name}
	owner := metav1apply.OwnerReference().WithAPIVersion(groupVersion.String()).WithKind("Gear").
		WithName(gear.Name).WithUID(gear.UID).WithController(true).WithBlockOwnerDeletion(true)
	container := corev1apply.Container().WithName("lathe").WithImage("example.com/lathe:1")
	return appsv1apply.Deployment(gear.Name, gear.Namespace).
		WithOwnerReferences(owner).
		WithSpec(appsv1apply.DeploymentSpec().
			WithReplicas(int32(gear.Spec.Teeth+9) / 10).
			WithSelector(metav1apply.LabelSelector().WithMatchLabels(labels)).
			WithTemplate(corev1apply.PodTemplateSpec().WithLabels(labels).
				WithSpec(corev1apply.PodSpec().WithContainers(container))))
}

// scrap leaves a mark, so that a test can see that it was there.
func (r *reconciler) scrap(ctx context.Context, gear *Gear) error {
	mark := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: gear.Namespace, Name: "scrap-of-" + gear.Name}}
	if err := r.Create(ctx, mark); err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	controllerutil.RemoveFinalizer(gear, finalizer)
	return client.IgnoreNotFound(r.Update(ctx, gear))
}

type hooks struct{}

func (hooks) Default(_ context.Context, gear *Gear) error {
	if gear.Spec.Metal == "" {
		gear.Spec.Metal = "brass"
	}
	return nil
}

func (hooks) check(gear *Gear) (admission.Warnings, error) {
	if gear.Spec.Teeth%2 != 0 {
		return nil, fmt.Errorf("a gear of %d teeth wears out at once", gear.Spec.Teeth)
	}
	if gear.Spec.Teeth > 100 {
		return admission.Warnings{"so many teeth take a day"}, nil
	}
	return nil, nil
}

func (h hooks) ValidateCreate(_ context.Context, gear *Gear) (admission.Warnings, error) {
	return h.check(gear)
}

func (h hooks) ValidateUpdate(_ context.Context, _, gear *Gear) (admission.Warnings, error) {
	return h.check(gear)
}

func (hooks) ValidateDelete(context.Context, *Gear) (admission.Warnings, error) {
	return nil, nil
}

// Setup adds the operator to a manager.
func Setup(ctx context.Context, manager ctrl.Manager) error {
	byMetal := func(object client.Object) []string { return []string{object.(*Gear).Spec.Metal} }
	if err := manager.GetFieldIndexer().IndexField(ctx, &Gear{}, metalField, byMetal); err != nil {
		return err
	}
	err := ctrl.NewControllerManagedBy(manager).
		For(&Gear{}).
		Owns(&corev1.ConfigMap{}).
		Owns(&appsv1.Deployment{}).
		Complete(&reconciler{Client: manager.GetClient(), events: manager.GetEventRecorder("gears")})
	if err != nil {
		return err
	}
	return ctrl.NewWebhookManagedBy(manager, &Gear{}).WithDefaulter(hooks{}).WithValidator(hooks{}).Complete()
}
