/** Resolves at the first SIGTERM or SIGINT; later ones change nothing, the grace period bounds the stop. */
export const stopSignal = (process: NodeJS.Process): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    process.on('SIGTERM', resolve)
    process.on('SIGINT', resolve)
  })
