import { startEventSourcedService } from '../shared/runtime/event-sourced-service.ts'
import { runProcess } from '../shared/runtime/process/process.ts'
import { paymentsService } from './app.ts'
import { config } from './config.ts'

await runProcess({
  service: 'payments',
  config,
  start: (context) => startEventSourcedService(paymentsService(context.config.DEFAULT_CREDIT_LIMIT), context),
})
