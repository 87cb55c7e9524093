import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createGateway } from '../../../../services/gateway/app.ts'
import { startCustomAuthorizer } from '../../../../services/gateway/authorizers/custom/start-custom-authorizer.ts'
import { startSigV4Authorizer } from '../../../../services/gateway/authorizers/sigv4/start-sigv4-authorizer.ts'
import { signatureDefaults } from '../../../../services/gateway/authorizers/sigv4/verify-signature.ts'
import { initialStages } from '../../../../services/gateway/decider/stages/stages.ts'
import { stageTable } from '../../../../services/gateway/stages/stage-table.ts'
import type { Server } from '../../../../services/shared/runtime/http/server.ts'
import { runProcess } from '../../../run-process.ts'
import { fakeMesh } from '../../../unit/services/gateway/fake-mesh.ts'
import { testThatNeeds } from '../../test-that-needs.ts'

/** The page's files in a folder, and a gateway that was started with them; its commands run as they are, with the gateway's port for 8080. */
const page = readFileSync('services/gateway/walk-through.md', 'utf8')
const blocks = [...page.matchAll(/^```(\w*) ?([\w.]*)\n([\s\S]*?)^```$/gm)].map(([, , name = '', text = '']) => ({ name, text }))
const files = new Map(blocks.filter(({ name }) => name !== '').map(({ name, text }) => [name, text]))
/** Each command with what it prints. */
const steps = blocks.flatMap(({ text }) =>
  text
    .split(/^\$ /m)
    .slice(1)
    .map((step) => [step.slice(0, step.indexOf('\n')), step.slice(step.indexOf('\n') + 1)] as const),
)

const folder = mkdtempSync(join(tmpdir(), 'breakwater-walk-'))
const sku = 'MUG-BLUE'
const services = {
  [`catalog GET /products/${sku}`]: {
    body: { sku, name: 'Harbour mug', description: 'Stoneware, 300 ml, glazed in harbour blue.', price: 1450 },
  },
  [`inventory GET /availability/${sku}`]: { body: { sku, available: 999 } },
  [`shipping GET /quotes/${sku}`]: { body: { sku, price: 490, days: 2 } },
  'order-history GET /customers/acme/orders?limit=20': { body: { orders: [] } },
  'order-history GET /customers/ali/orders?limit=20': { body: { orders: [] } },
}
const closing: (() => unknown)[] = []
let app: Server
let port: number

beforeAll(async () => {
  for (const [name, text] of files) writeFileSync(join(folder, name), text)
  const logger = pino({ level: 'silent' })
  const { region, service, windowSeconds, longestPresigned } = signatureDefaults
  const signed = await startSigV4Authorizer(
    {
      SIGV4_PARTNERS_FILE: join(folder, 'partners.json'),
      SIGV4_REGION: region,
      SIGV4_SERVICE: service,
      SIGV4_WINDOW_S: windowSeconds,
      SIGV4_PRESIGNED_S: longestPresigned,
    },
    logger,
  )
  const custom = await startCustomAuthorizer({ CUSTOM_AUTHORIZER_FILE: join(folder, 'authorizer.json') }, logger)
  const stages = stageTable()
  const definition = JSON.parse(files.get('prod.json') ?? '')
  const published = initialStages.stages.map((stage) =>
    stage.name === 'prod' ? { ...stage, live: 1, versions: [...stage.versions, { version: 1, definition }] } : stage,
  )
  stages.update('stages', { ...initialStages, stages: published })
  app = createGateway({ mesh: fakeMesh(services), logger, stages, authorizers: [...signed.authorizers, ...custom.authorizers] })
  await app.listen({ port: 0, host: '127.0.0.1' })
  port = (app.server.address() as AddressInfo).port
  closing.push(signed.close, custom.close, () => app.close())
})
afterAll(async () => {
  for (const close of closing) await close()
  rmSync(folder, { recursive: true })
})

test('the page has files and commands', () => {
  expect([...files.keys()].sort()).toEqual(['authorizer.json', 'authorizer.mjs', 'partners.json', 'prod.json'])
  expect(steps.length).toBeGreaterThanOrEqual(15)
})

/** `…` is anything; a proxy writes names of headers in small letters. */
const pattern = (text: string): RegExp => {
  const parts = text.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 'i')
}

const hasCurl = await runProcess('bash', ['-c', 'curl --help all | grep -q aws-sigv4']).then(
  ({ code }) => code === 0,
  () => false,
)
const withCurl = testThatNeeds(hasCurl ? undefined : 'there is no curl that signs requests (7.75 or newer)')

for (const [command, printed] of steps)
  withCurl(`$ ${command}`, async () => {
    const { out, err } = await runProcess('bash', ['-c', command.replaceAll('localhost:8080', `127.0.0.1:${port}`)], { cwd: folder })
    const said = `${out}${err}`.replaceAll('\r', '').replace(/\n$/, '')
    expect(said).toMatch(pattern(printed.replace(/\n$/, '')))
  })
