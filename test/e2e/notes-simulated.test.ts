import { notes } from "./notes.ts";

notes("simulated");
