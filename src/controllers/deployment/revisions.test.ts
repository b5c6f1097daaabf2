import assert from "node:assert/strict";
import { test } from "node:test";
import { deployment, epoch, replicaSet } from "../test-objects.ts";
import { annotationsOfNew, lastRevision } from "./revisions.ts";
import { planRollback } from "./rollback.ts";
import { rolloutStatus } from "./status.ts";

const revision = "deployment.kubernetes.io/revision";
const history = "deployment.kubernetes.io/revision-history";

test("a set that comes back remembers the revisions it was", () => {
  const again = annotationsOfNew(deployment(), { [revision]: "1" }, 3);
  assert.deepEqual(again, { [revision]: "3", [history]: "1" });
  assert.equal(annotationsOfNew(deployment(), again, 5)[history], "1,3");
  assert.equal(annotationsOfNew(deployment(), again, 2)[revision], "3", "a lower number changes nothing");
});

test("annotations of the Deployment follow, but for the controller's own", () => {
  const from = deployment(
    {},
    {},
    { note: "n", [revision]: "7", "kubectl.kubernetes.io/last-applied-configuration": "{}" },
  );
  assert.deepEqual(annotationsOfNew(from, {}, 1), { note: "n", [revision]: "1" });
});

test("a rollback takes the template of the revision and loses its annotation", () => {
  const sets = {
    current: replicaSet("new", { image: "i:2", annotations: { [revision]: "2" } }),
    old: [replicaSet("old", { annotations: { [revision]: "1" } })],
  };
  assert.equal(lastRevision([...sets.old, sets.current]), 1);
  const from = deployment({}, {}, { "deprecated.deployment.rollback.to": "0" });
  const { deployment: next, event } = planRollback(from, sets, 0);
  assert.equal(next.spec.template.spec?.containers?.[0]?.image, "i:1");
  assert.deepEqual(next.metadata.annotations, {});
  assert.equal(event.message, 'Rolled back deployment "web" to revision 1');
  assert.equal(planRollback(from, sets, 77).event.reason, "DeploymentRollbackRevisionNotFound");
  assert.equal(planRollback(from, sets, 2).event.reason, "DeploymentRollbackTemplateUnchanged");
});

test("progress is told, is over, or comes too late", () => {
  const set = (available: number) => replicaSet("new", { replicas: 3, available, image: "i:2" });
  const progress = (status: object, available: number, seconds: number) => {
    const sets = { current: set(available), old: [] };
    const next = rolloutStatus(deployment({}, status), sets, epoch + seconds * 1000);
    return { next, reason: next.conditions?.find(({ type }) => type === "Progressing")?.reason };
  };
  const started = progress({}, 0, 0);
  assert.equal(started.reason, "ReplicaSetUpdated");
  assert.equal(progress(started.next, 0, 600).reason, "ReplicaSetUpdated");
  assert.equal(progress(started.next, 0, 601).reason, "ProgressDeadlineExceeded");
  assert.equal(progress(started.next, 1, 601).reason, "ReplicaSetUpdated");
  assert.equal(progress(started.next, 3, 601).reason, "NewReplicaSetAvailable");
});
