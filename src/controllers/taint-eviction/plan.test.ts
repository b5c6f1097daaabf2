import assert from "node:assert/strict";
import test from "node:test";
import { stayMs } from "./plan.ts";

const taint = (key: string) => ({ key, effect: "NoExecute" });
const tolerate = (key: string, tolerationSeconds?: number) => ({
  key,
  operator: "Exists",
  ...(tolerationSeconds !== undefined && { tolerationSeconds }),
});

const cases = [
  { name: "leaves at once", tolerations: [], want: 0 },
  { name: "leaves at once if it tolerates only one", tolerations: [tolerate("a")], want: 0 },
  { name: "stays for ever", tolerations: [tolerate("a"), tolerate("b")], want: Number.POSITIVE_INFINITY },
  { name: "stays the shortest time", tolerations: [tolerate("a", 300), tolerate("b", 5)], want: 5000 },
  { name: "stays as long as one lasts", tolerations: [tolerate("a"), tolerate("b", 5)], want: 5000 },
  { name: "stays no time that is negative", tolerations: [tolerate("a", -3), tolerate("b")], want: 0 },
];
for (const { name, tolerations, want } of cases) {
  test(`a pod on a tainted node ${name}`, () => assert.equal(stayMs([taint("a"), taint("b")], tolerations), want));
}
