import type { APIService } from "../generated/apiregistration-v1.ts";
import type { Printer } from "../kind.ts";
import { text } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";

function available({ status: { conditions } }: APIService): string {
  const condition = conditions?.find(({ type }) => type === "Available");
  if (!condition) return "Unknown";
  const { status, reason } = condition;
  return status !== "True" && reason ? `${status} (${reason})` : status;
}

export const apiServicePrinter: Printer = {
  columns: [
    nameColumn,
    text("Service", "The reference to the service that hosts this API endpoint."),
    text("Available", "Whether this service is available."),
    ageColumn,
  ],
  cells(object, now) {
    const api = object as unknown as APIService;
    const { service } = api.spec;
    const { name, creationTimestamp } = api.metadata;
    const host = service ? `${service.namespace}/${service.name}` : "Local";
    return [name ?? "", host, available(api), age(creationTimestamp, now)];
  },
};
