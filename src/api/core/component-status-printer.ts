import type { ComponentStatus } from "../generated/core-v1.ts";
import type { Printer } from "../kind.ts";
import { text } from "../printing/columns.ts";
import { nameColumn } from "../printing/default-printer.ts";

export const componentStatusPrinter: Printer = {
  columns: [
    nameColumn,
    text("Status", "Status of the component conditions"),
    text("Message", "Message of the component conditions"),
    text("Error", "Error of the component conditions"),
  ],
  cells(object) {
    const { metadata, conditions } = object as unknown as ComponentStatus;
    const healthy = conditions?.find(({ type }) => type === "Healthy");
    return [
      metadata.name ?? "",
      !healthy ? "Unknown" : healthy.status === "True" ? "Healthy" : "Unhealthy",
      healthy?.message ?? "",
      healthy?.error ?? "",
    ];
  },
};
