/*
 * Mistakes that the compiler has to find: a line without one is the error.
 */
import createClient from 'openapi-fetch';

import type { components, operations, paths } from './schema.js';

const api = createClient<paths>({ baseUrl: 'http://127.0.0.1' });

/* @ts-expect-error: the title is missing */
void api.POST('/api/v1/items/', { body: {} });
/* @ts-expect-error: a title is a text */
void api.POST('/api/v1/items/', { body: { title: 1 } });
/* @ts-expect-error: there is no such path */
void api.GET('/api/v1/things/');
/* @ts-expect-error: nothing is posted there */
void api.POST('/api/v1/items/{id}', { params: { path: { id: '' } } });
/* @ts-expect-error: the path has a parameter */
void api.GET('/api/v1/items/{id}');
/* @ts-expect-error: how many is a number */
void api.GET('/api/v1/items/', { params: { query: { limit: 'many' } } });
/* @ts-expect-error: an address is never null */
export const user: components['schemas']['UserPublic']['email'] = null;
/* @ts-expect-error: no account shows its password */
export type Password = components['schemas']['UserPublic']['password'];
/* @ts-expect-error: operations have these names and no others */
export type Operation = operations['users-find_user'];
