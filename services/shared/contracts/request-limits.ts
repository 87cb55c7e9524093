/** How large and how slow a customer's request may be: the proxies at the edge refuse beyond it, and so does each process that is asked without one. */

/** Bytes of a body. The largest order has 20 lines, about 3 KB. */
export const maxBodyBytes = 64 * 1024

/** Objects and lists in one another. The deepest body has three. */
export const maxBodyDepth = 32

/** Bytes of the request line with all headers, for a process. */
export const maxHeadBytes = 16 * 1024

/** The same at the edge: less, to leave room for what proxies add on the way, because Node answers more than `maxHeadBytes` without a problem. */
export const maxEdgeHeadBytes = 15 * 1024

/** Milliseconds for a whole request to arrive, head and body. */
export const requestTimeoutMs = 30_000
