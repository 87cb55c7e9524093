import { expect, test } from 'vitest'
import { eraseEnums } from '../../../../cdk8s/istio-types/erase-enums.ts'

test('an enum becomes the union of its values, a type import says so', () => {
  const generated = [
    "import { ApiObject, ApiObjectMetadata, GroupVersionKind } from 'cdk8s';",
    "import { Construct } from 'constructs';",
    '/** Why. */',
    'export enum Simple {',
    '  /** LEAST_REQUEST */',
    '  LEAST_UNDERSCORE_REQUEST = "LEAST_REQUEST",',
    '  /** RANDOM */',
    '  RANDOM = "RANDOM",',
    '}',
    'export interface Other {}',
  ].join('\n')
  expect(eraseEnums(generated)).toBe(
    [
      "import { ApiObject, type ApiObjectMetadata, type GroupVersionKind } from 'cdk8s';",
      "import type { Construct } from 'constructs';",
      '/** Why. */',
      'export type Simple = "LEAST_REQUEST" | "RANDOM";',
      'export interface Other {}',
    ].join('\n'),
  )
})
