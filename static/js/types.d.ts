/*
 * For the checker alone, no browser reads it: the calls of api.js by the
 * OpenAPI document. "openapi" is made from it by tests/types/run.sh.
 */
import type { components, paths } from 'openapi';

export type Schemas = components['schemas'];
export type Overview = Schemas['Overview'];
export type User = Schemas['UserPublic'];

export interface Fault {
	loc?: (string | number)[];
	msg?: string;
	type?: string;
	ctx?: Record<string, string | number>;
}

export interface Options {
	path?: Record<string, string | number>;
	query?: Record<string, unknown>;
	json?: unknown;
	raw?: string; /* JSON as text, to be kept as it was written */
	text?: boolean; /* the answer too: { text } */
	match?: object | string;
	key?: string;
	signal?: AbortSignal;
	patience?: number; /* milliseconds */
	anonymous?: boolean; /* a call that a visitor may make */
}

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Operation<M extends Method, P extends keyof paths> =
	paths[P] extends { [K in M]: infer O } ? O : never;
type Short<P> = P extends `/api/v1${infer R}` ? R : never;
type PathsOf<M extends Method> = {
	[P in keyof paths]: Operation<M, P> extends { responses: unknown }
		? Short<P> : never
}[keyof paths];
type Whole<P extends string> = `/api/v1${P}` & keyof paths;
type At<M extends Method, P extends string> = Operation<M, Whole<P>>;

type Json<T> = T extends { content: { 'application/json': infer B } }
	? B : Record<string, never>;
type Success<R> = {
	[S in keyof R]: S extends 200 | 201 | 202 | 204 ? Json<R[S]> : never
}[keyof R];
type Answer<O> = O extends { responses: infer R } ? Success<R> : never;
type Body<O> = O extends { requestBody?: infer R }
	? NonNullable<R> extends { content: { 'application/json': infer B } }
		? B : never : never;
type Query<O> = O extends { parameters: { query?: infer Q } } ? Q : never;
type Path<O> = O extends { parameters: { path: infer V } } ? V : never;

export type Call<M extends Method> = <P extends PathsOf<M>>(
	path: P,
	options?: Omit<Options, 'path' | 'query' | 'json'> & {
		path?: Path<At<M, P>>;
		query?: Query<At<M, P>>;
		json?: Body<At<M, P>>;
	},
) => Promise<Answer<At<M, P>>>;

/* What a view is given; see router.js. */
export interface Page {
	params: Record<string, string>;
	query: URLSearchParams;
	signal: AbortSignal;
	title(text: string): void;
	search(changes: Record<string, string | number | null | undefined>): void;
	again(): void;
	go(path: string, how?: { replace?: boolean }): Promise<void>;
	dirty(ask: () => boolean | string): void;
}
export type View = (page: Page) => Node | Promise<Node>;

export interface Route {
	path: string;
	view: string; /* static/js/views/VIEW.js */
	title: string; /* a key of the texts */
	needs?: string; /* "user", or a permission */
	only?: 'visitor'; /* somebody who is signed in goes to the dashboard */
	css?: string; /* static/css/CSS.css */
	layout?: 'site' | 'door' | 'desk'; /* site: without a side bar */
	section?: 'user' | 'admin'; /* of the side bar, with an icon */
	icon?: string;
	private?: boolean; /* not for search engines */
}
