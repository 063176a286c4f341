import * as z from 'zod';
import { functionDetailSchema, functionListSchema } from '../api.ts';
import type { DetailView } from './detail-view.ts';
import { setText } from './element.ts';
import { createListView } from './list-view.ts';
import { type Poll, startPoll } from './poll.ts';
import { timeText } from './text.ts';
import { createTokenForm } from './token.ts';

// Compiling a schema into code is what the page's policy forbids.
z.config({ jitless: true });

/** One of the page's two views: what it shows, and what it lets go of. */
interface View {
  readonly poll: Poll;
  close(): void;
}

const main = find('main');
const status = find('status');
const target = find('target');
const list = createListView();
const tokenForm = createTokenForm(follow);
let view: View | null = null;

function find(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`there is no #${id} in the document`);
  return found;
}

function tell(problem: string | null): void {
  setText(status, problem === null ? '' : `Not up to date: ${problem}`);
}

function askForToken(): void {
  tell(null);
  setText(target, '');
  tokenForm.refused();
  show(tokenForm.root);
  tokenForm.root.querySelector('input')?.focus();
}

function show(node: Node): void {
  if (main.firstChild !== node) main.replaceChildren(node);
}

/** What is looked at, and how old the look is. */
function head(data: { readonly target: string; readonly at: number }): void {
  setText(target, `${data.target}, ${timeText(data.at)}`);
}

function openList(): View {
  document.title = 'Foresize';
  const poll = startPoll({
    address: 'page/api/functions',
    schema: functionListSchema,
    onProblem: tell,
    onRefused: askForToken,
    onData: (data) => {
      head(data);
      list.update(data);
      show(list.root);
      requestIdleCallback(() => void loadDetailView());
    },
  });
  return { poll, close: () => undefined };
}

/** Charts, and the policy that what-if replays, are most of the script: the list is there before them. */
const loadDetailView = () => import('./detail-view.ts');

function openDetail(namespace: string, name: string): View {
  document.title = `${name} – Foresize`;
  let detail: DetailView | null = null;
  let isClosed = false;
  const path = [namespace, name].map(encodeURIComponent).join('/');
  const poll = startPoll({
    address: `page/api/functions/${path}`,
    schema: functionDetailSchema,
    onProblem: tell,
    onRefused: askForToken,
    onData: async (data) => {
      const { createDetailView } = await loadDetailView();
      if (isClosed) return;
      detail ??= createDetailView();
      head(data);
      show(detail.root);
      detail.update(data);
    },
  });
  return {
    poll,
    close: () => {
      isClosed = true;
      detail?.close();
    },
  };
}

/** Of `#/NAMESPACE/NAME`; empty for all else. */
function addressed(): readonly [namespace: string, name: string] {
  try {
    const [, namespace = '', name = ''] = location.hash.split('/').map(decodeURIComponent);
    return [namespace, name];
  } catch {
    // `%` alone is no address.
    return ['', ''];
  }
}

/** Shows the function or the list that the address names. */
function follow(): void {
  view?.poll.stop();
  view?.close();
  tell(null);
  const [namespace, name] = addressed();
  view = name === '' ? openList() : openDetail(namespace, name);
  scrollTo(0, 0);
}

addEventListener('hashchange', follow);
follow();
