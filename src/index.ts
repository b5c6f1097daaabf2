/**
 * Coxswain as a library: a cluster inside a test.
 *
 *     import { Cluster } from "coxswain"
 *     await using cluster = await Cluster.start({ workers: 3, clock: "virtual", seed: 7 })
 *     await cluster.apply(yaml)
 *     await cluster.waitFor("deployment/web", (d) => d.status.readyReplicas === 3)
 *     await cluster.clock.advance("24h")
 */
export { ApiError } from "./api/errors.ts";
export type { Client } from "./client/client.ts";
export { Cluster, type ClusterOptions, type Place, type WaitOptions } from "./embedded/cluster.ts";
export type { Fault } from "./embedded/faults.ts";
export type { Manifest } from "./embedded/manifests.ts";
export type { ObjectAt, ObjectsOf, UnknownObject } from "./embedded/references.ts";
export type { Duration } from "./embedded/time.ts";
export { NotMet } from "./embedded/wait.ts";
export type { AskOptions, ImageContext, ImageProgram } from "./kubelet/runtimes/simulated/own-images.ts";
