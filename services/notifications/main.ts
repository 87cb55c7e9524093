import { startEventSourcedService } from '../shared/runtime/event-sourced-service.ts'
import { runProcess } from '../shared/runtime/process/process.ts'
import { notificationsService } from './app.ts'
import { config } from './config.ts'

await runProcess({ service: 'notifications', config, start: (context) => startEventSourcedService(notificationsService(), context) })
