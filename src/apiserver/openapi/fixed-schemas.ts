/** Schemas that no declaration of ours gives: values with a form of their own, and what Go names that we do not. */
export type Schema = { readonly [key: string]: unknown };

export const referenceTo = (name: string): string => `#/components/schemas/${name}`;

export const quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
export const intOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
export const time = "io.k8s.apimachinery.pkg.apis.meta.v1.Time";
export const microTime = "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime";
export const rawExtension = "io.k8s.apimachinery.pkg.runtime.RawExtension";
export const fieldsV1 = "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1";
export const patch = "io.k8s.apimachinery.pkg.apis.meta.v1.Patch";
export const watchEvent = "io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent";
export const versionInfo = "io.k8s.apimachinery.pkg.version.Info";

export const deleteOptions = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";
const apiextensions = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1";
const json = `${apiextensions}.JSON`;
const statusSubresource = `${apiextensions}.CustomResourceSubresourceStatus`;

const versionFields = "major minor gitVersion gitCommit gitTreeState buildDate goVersion compiler platform".split(" ");
const emulated = "emulationMajor emulationMinor minCompatibilityMajor minCompatibilityMinor".split(" ");

export const fixed: Readonly<Record<string, Schema>> = {
  [quantity]: {
    description: "A number with a unit, such as 500m, 1.5Gi or 12e3.",
    oneOf: [{ type: "string" }, { type: "number" }],
  },
  [intOrString]: {
    description: "A number or a text.",
    format: "int-or-string",
    oneOf: [{ type: "integer" }, { type: "string" }],
  },
  [time]: { description: "A time in RFC 3339, to the second.", type: "string", format: "date-time" },
  [microTime]: { description: "A time in RFC 3339, to the microsecond.", type: "string", format: "date-time" },
  [rawExtension]: { description: "Any object.", type: "object" },
  [fieldsV1]: { description: "Who manages which fields: a trie of them.", type: "object" },
  [patch]: { description: "A patch, in the form that its content type says.", type: "object" },
  [watchEvent]: {
    description: "A change, as watches tell it.",
    type: "object",
    required: ["type", "object"],
    properties: {
      object: {
        description: "The object as it is now; of errors, a Status.",
        allOf: [{ $ref: referenceTo(rawExtension) }],
      },
      type: { type: "string", default: "" },
    },
    "x-kubernetes-group-version-kind": [{ group: "", kind: "WatchEvent", version: "v1" }],
  },
  [json]: { description: "Any value that JSON can say." },
  [`${apiextensions}.JSONSchemaPropsOrArray`]: { description: "A schema, or a list of such." },
  [`${apiextensions}.JSONSchemaPropsOrBool`]: { description: "A schema, or whether anything goes." },
  [`${apiextensions}.JSONSchemaPropsOrStringArray`]: { description: "A schema, or the names of fields." },
  [statusSubresource]: {
    description: "How the status is served apart: there is nothing to say about it.",
    type: "object",
  },
  [versionInfo]: {
    description: "Which version the server is of, and how it was built.",
    type: "object",
    required: versionFields,
    properties: {
      ...Object.fromEntries(versionFields.map((name) => [name, { type: "string", default: "" }])),
      ...Object.fromEntries(emulated.map((name) => [name, { type: "string" }])),
    },
  },
};

/** Fields whose type in Go has a name of its own, where ours is any JSON or has none. */
export const ownTypes: Readonly<Record<string, string>> = {
  "meta/v1.ManagedFieldsEntry.fieldsV1": fieldsV1,
  "apiextensions/v1.JSONSchemaProps.default": json,
  "apiextensions/v1.JSONSchemaProps.example": json,
  "apiextensions/v1.JSONSchemaProps.enum": json,
  "apiextensions/v1.CustomResourceSubresources.status": statusSubresource,
};

/** Lists that say nothing of how they merge. */
export const unmarkedLists: ReadonlySet<string> = new Set(["meta/v1.APIResource.verbs"]);

const union = (fields: Readonly<Record<string, string>>, discriminator?: string): Schema => ({
  ...(discriminator && { discriminator }),
  "fields-to-discriminateBy": fields,
});
/** Types of whose fields one is set, and which other tells of it. */
export const unions: Readonly<Record<string, Schema>> = {
  "core/v1.AppArmorProfile": union({ localhostProfile: "LocalhostProfile" }, "type"),
  "core/v1.PodSchedulingGroup": union({ podGroupName: "PodGroupName" }),
  "core/v1.SeccompProfile": union({ localhostProfile: "LocalhostProfile" }, "type"),
  "flowcontrol/v1.LimitResponse": union({ queuing: "Queuing" }, "type"),
  "flowcontrol/v1.PriorityLevelConfigurationSpec": union({ exempt: "Exempt", limited: "Limited" }, "type"),
  "flowcontrol/v1.Subject": union({ group: "Group", serviceAccount: "ServiceAccount", user: "User" }, "kind"),
};
