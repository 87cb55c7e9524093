import { startEventSourcedService } from '../shared/runtime/event-sourced-service.ts'
import { runProcess } from '../shared/runtime/process/process.ts'
import { ordersService } from './app.ts'
import { config } from './config.ts'

await runProcess({
  service: 'orders',
  config,
  start: (context) => startEventSourcedService(ordersService(context.config.ORDER_TIMEOUT_MS, undefined, context.metrics), context),
})
