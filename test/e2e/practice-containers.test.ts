import { practice } from "./practice.ts";

practice("containerd");
