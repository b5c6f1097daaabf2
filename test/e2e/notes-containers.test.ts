import { notes } from "./notes.ts";

notes("containerd");
