import { startEventSourcedService } from '../shared/runtime/event-sourced-service.ts'
import { runProcess } from '../shared/runtime/process/process.ts'
import { inventoryService } from './app.ts'
import { config } from './config.ts'

await runProcess({ service: 'inventory', config, start: (context) => startEventSourcedService(inventoryService(), context) })
