package gears

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
)

var (
	api   client.Client
	cache client.Reader
	env   *envtest.Environment
	ctx   = context.Background()

	auditLog string
)

func TestMain(m *testing.M) {
	scheme := runtime.NewScheme()
	must(clientgoscheme.AddToScheme(scheme))
	must(AddToScheme(scheme))
	folder, err := os.MkdirTemp("", "gears-")
	must(err)
	auditLog = filepath.Join(folder, "audit.log")
	env = &envtest.Environment{
		Scheme:                scheme,
		CRDDirectoryPaths:     []string{"config/crd.yaml"},
		ErrorIfCRDPathMissing: true,
		WebhookInstallOptions: envtest.WebhookInstallOptions{Paths: []string{"config/webhooks.yaml"}},
	}
	env.ControlPlane.GetAPIServer().Configure().
		Append("audit-policy-file", "config/audit.yaml").
		Append("audit-log-path", auditLog)
	began := time.Now()
	config, err := env.Start()
	must(err)
	fmt.Printf("env.Start: %d ms\n", time.Since(began).Milliseconds())
	api, err = client.New(config, client.Options{Scheme: scheme})
	must(err)
	hooksAt := env.WebhookInstallOptions
	manager, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:                  scheme,
		Metrics:                 metricsserver.Options{BindAddress: "0"},
		LeaderElection:          true,
		LeaderElectionID:        "gears",
		LeaderElectionNamespace: "default",
		WebhookServer: webhook.NewServer(webhook.Options{
			Host: hooksAt.LocalServingHost, Port: hooksAt.LocalServingPort, CertDir: hooksAt.LocalServingCertDir,
		}),
	})
	must(err)
	running, stop := context.WithCancel(ctx)
	must(Setup(running, manager))
	ended := make(chan error)
	go func() { ended <- manager.Start(running) }()
	<-manager.Elected()
	cache = manager.GetClient()
	// the webhooks are asked for as soon as there is somebody to ask
	must(eventually(func() error { return ignoreMade(api.Create(ctx, gear("first", 8))) }))
	code := m.Run()
	stop()
	must(<-ended)
	began = time.Now()
	must(env.Stop())
	fmt.Printf("env.Stop: %d ms\n", time.Since(began).Milliseconds())
	must(os.RemoveAll(folder))
	os.Exit(code)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func ignoreMade(err error) error {
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

func eventually(try func() error) error {
	var err error
	for until := time.Now().Add(20 * time.Second); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		if err = try(); err == nil {
			return nil
		}
	}
	return err
}

type notYet string

func (n notYet) Error() string { return string(n) }

func gear(name string, teeth int) *Gear {
	return &Gear{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name}, Spec: GearSpec{Teeth: teeth}}
}

func key(name string) client.ObjectKey { return client.ObjectKey{Namespace: "default", Name: name} }

func TestAGearIsPlannedOwnedAndReported(t *testing.T) {
	made := gear("planned", 24)
	if err := api.Create(ctx, made); err != nil {
		t.Fatal(err)
	}
	if made.Spec.Metal != "brass" {
		t.Fatalf("the webhook has not filled in the metal: %q", made.Spec.Metal)
	}
	plan := &corev1.ConfigMap{}
	if err := eventually(func() error { return api.Get(ctx, key("planned"), plan) }); err != nil {
		t.Fatal(err)
	}
	if owner := metav1.GetControllerOf(plan); owner == nil || owner.UID != made.UID || plan.Data["teeth"] != "24" {
		t.Fatalf("the plan is %v of %v", plan.Data, owner)
	}
	err := eventually(func() error {
		if err := api.Get(ctx, key("planned"), made); err != nil {
			return err
		}
		if !made.Status.Ready || made.Status.Teeth != 24 {
			return notYet("the status is not told")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	list := &eventsv1.EventList{}
	err = eventually(func() error {
		if err := api.List(ctx, list, client.InNamespace("default")); err != nil {
			return err
		}
		for _, event := range list.Items {
			if event.Reason == "Planned" && event.Regarding.Name == "planned" && event.Note == "a gear of 24 teeth" {
				return nil
			}
		}
		return notYet("no event")
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsWrongIsRefused(t *testing.T) {
	for want, wrong := range map[string]*Gear{
		`admission webhook "validate.machines.example.com" denied the request: a gear of 7 teeth wears out at once`: gear("odd", 7),
		"spec: Invalid value: no lathe cuts so many teeth":                                                          gear("huge", 600),
		`spec.metal: Unsupported value: "lead": supported values: "brass", "steel"`: {
			ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "soft"}, Spec: GearSpec{Teeth: 2, Metal: "lead"},
		},
	} {
		err := api.Create(ctx, wrong)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", wrong.Name, err)
		}
	}
}

func TestTheCacheFindsByItsIndex(t *testing.T) {
	steel := gear("hard", 12)
	steel.Spec.Metal = "steel"
	if err := api.Create(ctx, steel); err != nil {
		t.Fatal(err)
	}
	err := eventually(func() error {
		found := &GearList{}
		if err := cache.List(ctx, found, client.MatchingFields{metalField: "steel"}); err != nil {
			return err
		}
		if len(found.Items) != 1 || found.Items[0].Name != "hard" {
			return notYet("it is not found")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestItsFinalizerRunsBeforeAGearGoes(t *testing.T) {
	gone := gear("gone", 4)
	if err := api.Create(ctx, gone); err != nil {
		t.Fatal(err)
	}
	err := eventually(func() error {
		if err := api.Get(ctx, key("gone"), gone); err != nil {
			return err
		}
		if len(gone.Finalizers) == 0 {
			return notYet("it has no finalizer")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := api.Delete(ctx, gone); err != nil {
		t.Fatal(err)
	}
	if err := eventually(func() error { return api.Get(ctx, key("scrap-of-gone"), &corev1.ConfigMap{}) }); err != nil {
		t.Fatal(err)
	}
	err = eventually(func() error {
		if err := api.Get(ctx, key("gone"), gone); !apierrors.IsNotFound(err) {
			return notYet("it is still there")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAUserMayDoWhatRolesSay(t *testing.T) {
	user, err := env.AddUser(envtest.User{Name: "reader", Groups: []string{"nobody"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	asReader, err := client.New(user.Config(), client.Options{Scheme: api.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	if err := asReader.Get(ctx, key("first"), &Gear{}); !apierrors.IsForbidden(err) {
		t.Fatalf("a user without roles got %v", err)
	}
	kubectl, err := user.Kubectl()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := kubectl.Run("get", "gears", "-n", "default"); err == nil {
		t.Fatal("kubectl may what the user may not")
	}
}
