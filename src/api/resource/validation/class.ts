/** What classes of devices may say. */
import { isExtendedResource } from "../../core/validation/resources.ts";
import type { DeviceClass } from "../../generated/resource-v1.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { checkConfiguration, checkItems, checkSelectors } from "./parts.ts";

const mostConfigurations = 32;

export function validateClass({ spec }: DeviceClass): FieldError[] {
  const errors: FieldError[] = [];
  const path = new Path("spec");
  checkSelectors(errors, path.child("selectors"), spec.selectors);
  checkItems(errors, path.child("config"), spec.config, mostConfigurations, (c, at) =>
    checkConfiguration(errors, at, c),
  );
  const { extendedResourceName: name } = spec;
  if (name !== undefined && !isExtendedResource(name))
    errors.push(path.child("extendedResourceName").invalid(name, "must be a valid extended resource name"));
  return errors;
}
