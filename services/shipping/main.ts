import { startEventSourcedService } from '../shared/runtime/event-sourced-service.ts'
import { runProcess } from '../shared/runtime/process/process.ts'
import { shippingService } from './app.ts'
import { config } from './config.ts'

await runProcess({ service: 'shipping', config, start: (context) => startEventSourcedService(shippingService(), context) })
