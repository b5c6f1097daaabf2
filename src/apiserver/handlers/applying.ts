/** Server-side apply: reads what one manager wants, and lays it over the object. */
import { type Applied, appliedName, applyObject, gvkText } from "../../api/apply/apply.ts";
import type { WriteByManager } from "../../api/apply/field-manager.ts";
import { badRequest } from "../../api/errors.ts";
import { groupVersionOf } from "../../api/kind.ts";
import type { Draft, KubeObject } from "../../api/object.ts";
import { restore } from "../../api/patch/restore.ts";
import { DecodeError, type JsonObject } from "../../api/schema/decode.ts";
import type { WriteOptions } from "../context.ts";
import { readAppliedYaml } from "../encode/applied-yaml.ts";
import type { Target } from "../encode/body.ts";
import { doubledText } from "../encode/yaml.ts";

export interface ApplyRequest {
  readonly body: string;
  readonly target: Target;
  readonly options: WriteOptions;
  readonly write: WriteByManager;
  /** Receives what a strict reading finds, once, however often the apply is tried. */
  readonly warnings: string[];
}

/** What an apply makes of an object, in the version of the path; undefined stands for none. Managed fields are in it. */
export function applying(request: ApplyRequest): (current: KubeObject | undefined) => Draft {
  const { target, options, write, warnings } = request;
  let read: { wanted: JsonObject; strict: readonly string[] } | undefined;
  let told = false;
  return (current) => {
    read ??= readWanted(request);
    const applied = applyObject(current, read.wanted, { ...write, force: options.force ?? false });
    if (!told) tell(read.strict, options, warnings);
    told = true;
    return asObject(applied, read.wanted, target);
  };
}

function tell(strict: readonly string[], { fieldValidation }: WriteOptions, warnings: string[]): void {
  if (!strict.length || fieldValidation === "Ignore") return;
  if (fieldValidation === "Strict") {
    throw badRequest(`error strict decoding YAML: error converting YAML to JSON: ${doubledText(strict)}`);
  }
  warnings.push(...strict);
}

function readWanted({ body, target }: ApplyRequest): { wanted: JsonObject; strict: readonly string[] } {
  const { wanted, strict } = readAppliedYaml(body);
  const { apiVersion, kind, metadata } = wanted;
  if (apiVersion !== groupVersionOf(target) || kind !== target.kind)
    throw badRequest(`invalid object type: ${gvkText(apiVersion, kind)}`);
  if (((metadata ?? {}) as JsonObject).managedFields != null) throw badRequest("metadata.managedFields must be nil");
  return { wanted, strict };
}

function asObject({ object, managedFields }: Applied, wanted: JsonObject, target: Target): Draft {
  try {
    const made = restore(target.schema, object) as Draft;
    made.metadata ??= {};
    if (managedFields.length) made.metadata.managedFields = managedFields;
    else delete made.metadata.managedFields;
    return made;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const type = gvkText(groupVersionOf(target), target.kind);
    throw badRequest(
      `failed to convert new object (${appliedName(wanted)}) to proper version: unable to convert unstructured object to ${type}: ${error.message}`,
    );
  }
}
