/** What a program that was killed answers: 128 and the number of SIGKILL. */
export const killedCode = 137;
