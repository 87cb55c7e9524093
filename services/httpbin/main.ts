import { runProcess } from '../shared/runtime/process/process.ts'
import { createHttpbin } from './app.ts'
import { config } from './config.ts'

await runProcess({
  service: 'httpbin',
  config,
  start: async ({ config: { HOST, CONTROL_PORT, MAX_HOLD_MS }, logger, metrics }) => {
    const { app, control } = createHttpbin({ logger, maxHoldMs: MAX_HOLD_MS, metrics })
    await control.listen({ host: HOST, port: CONTROL_PORT })
    return { app, stop: () => control.close() }
  },
})
