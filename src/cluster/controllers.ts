/** The controllers of a cluster: importing a file registers nothing, this list does. */
import type { Controller } from "../reconciler/controller.ts";

export const controllers: readonly Controller[] = [];
