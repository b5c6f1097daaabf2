import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { realClock } from "../../base/clock.ts";
import { storeContract } from "../contract.ts";
import type { TestValue } from "../test-values.ts";
import { testCodec } from "../test-values.ts";
import { openLogStore } from "./log.ts";

const place = mkdtempSync(path.join(tmpdir(), "coxswain-log-"));
let made = 0;
storeContract("log", () =>
  openLogStore<TestValue>({
    directory: path.join(place, `${made++}`),
    codec: testCodec,
    clock: realClock,
    segmentBytes: 65536,
    reserveBytes: 4096,
  }),
);
