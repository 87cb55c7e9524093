/** Where a collector tells of itself. */
export const collectorPorts = { health: 13_133, metrics: 8888 } as const

/** Beyond it a collector refuses what comes, and senders send again. @param mebibytes of the container */
export const memoryLimiter = (mebibytes: number): object => ({
  check_interval: '1s',
  limit_mib: Math.floor(mebibytes * 0.75),
  spike_limit_mib: Math.floor(mebibytes * 0.2),
})

/** Its own log as JSON, what is wrong alone, its own metrics for Prometheus. */
export const collectorTelemetry = {
  logs: { encoding: 'json', level: 'warn' },
  metrics: {
    readers: [{ pull: { exporter: { prometheus: { host: '0.0.0.0', port: collectorPorts.metrics, without_type_suffix: true } } } }],
  },
} as const
