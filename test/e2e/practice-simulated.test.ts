import { practice } from "./practice.ts";

practice("simulated");
