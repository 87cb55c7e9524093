/** A process that serves one route with the usage plans of its arguments: `<plans> <keys>`, both JSON. Writes its URL. */
import { limitRequests } from '../../../../services/gateway/plans/limit-requests.ts'
import { metersInMemory } from '../../../../services/gateway/plans/meters.ts'
import { createServer } from '../../../../services/shared/runtime/http/server.ts'
import { createLogger } from '../../../../services/shared/runtime/process/logger.ts'
import { ringOf } from '../../../unit/services/gateway/plans/ring.ts'

const [plans = '[]', keys = '[]'] = process.argv.slice(2)
const app = createServer({
  logger: createLogger({ service: 'gateway', pod: 'test', level: 'silent' }),
  ready: () => ({ ready: true, waitingFor: [] }),
})
limitRequests(app, { ring: ringOf(JSON.parse(keys), JSON.parse(plans)), ...metersInMemory(), throttlesOf: () => [], needsKey: () => true })
app.get('/hello', () => ({ hello: 'you' }))
console.log(await app.listen({ port: 0, host: '127.0.0.1' }))
