import { startEventSourcedService } from '../shared/runtime/event-sourced-service.ts'
import { runProcess } from '../shared/runtime/process/process.ts'
import { catalogService } from './app.ts'
import { config } from './config.ts'

await runProcess({ service: 'catalog', config, start: (context) => startEventSourcedService(catalogService(), context) })
