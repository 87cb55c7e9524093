/** What a command ends with. (make turns all but 0 into 2, so these are seen by whoever calls `npx breakwater` itself.) */
export const exitCodes = {
  /** It is done; what was judged passed. */
  done: 0,
  /** It could not be done, or what was judged failed. */
  failed: 1,
  /** Nothing was begun: it was used wrongly, or there is no shop to work on. */
  notBegun: 2,
  /** Nothing failed, and something could not be judged. */
  inconclusive: 3,
  /** Something that the command broke, or was to take away, is still there; its last lines name it. */
  stillBroken: 4,
  /** Ctrl-C, SIGTERM or a closed terminal. */
  interrupted: 130,
  /** Whoever read the output has gone (128 + SIGPIPE, as a shell says it). */
  readerGone: 141,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
