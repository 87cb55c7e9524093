import { expect, test } from 'vitest'
import { readPartners } from '../../../../../../services/gateway/authorizers/sigv4/partners.ts'
import { acme, partnersFile } from './signed-server.ts'

test('each key is its partner’s', () => {
  const credentials = readPartners(partnersFile)
  expect([...credentials.keys()]).toEqual(['AKACME0001', 'AKACME0002', 'AKREADER01'])
  expect(credentials.get('AKACME0001')).toEqual({
    secret: acme.secretAccessKey,
    caller: { kind: 'signed', id: 'acme', customerId: 'acme', scopes: new Set(['orders:own']) },
  })
})

const secret = 'never-shown-never-shown-never-shown'
const partner = (changed: object, key: object = {}) =>
  JSON.stringify({ partners: [{ id: 'a', scopes: [], keys: [{ accessKeyId: 'AKID', secretAccessKey: secret, ...key }], ...changed }] })

test.each([
  ['is no JSON', `{"secretAccessKey": "${secret}"`, 'it is not valid JSON'],
  ['has a scope that there is not', partner({ scopes: [secret] }), '/partners/0/scopes/0'],
  ['has a short secret', partner({}, { secretAccessKey: 'never-shown' }), '/partners/0/keys/0/secretAccessKey'],
  ['has a word too many', partner({}, { secret }), '/partners/0/keys/0'],
  ['has no partners', '{}', '/ must have required properties partners'],
  [
    'has a key twice',
    JSON.stringify({ partners: [1, 2].map((n) => JSON.parse(partner({ id: `p${n}` })).partners[0]) }),
    'access key AKID is there twice',
  ],
])('a file that %s is refused, and nothing of it is quoted', (_what, text, complaint) => {
  const told = (() => {
    try {
      readPartners(text)
    } catch (error) {
      return error as Error
    }
    return new Error('it was taken')
  })()
  expect(told.message).toContain(complaint)
  expect(`${told.stack} ${told.cause}`).not.toContain('never-shown')
})
