import * as z from 'zod';
import { functionDetailSchema, functionListSchema } from '../api.ts';
import { createDetailView } from './detail-view.ts';
import { setText } from './element.ts';
import { createListView } from './list-view.ts';
import { type Poll, startPoll } from './poll.ts';

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
let view: View | null = null;

function find(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`there is no #${id} in the document`);
  return found;
}

function tell(problem: string | null): void {
  setText(status, problem === null ? '' : `Not up to date: ${problem}`);
}

function show(node: Node): void {
  if (main.firstChild !== node) main.replaceChildren(node);
}

function openList(): View {
  document.title = 'Foresize';
  const poll = startPoll({
    address: './api/functions',
    schema: functionListSchema,
    onProblem: tell,
    onData: (data) => {
      setText(target, data.target);
      list.update(data);
      show(list.root);
    },
  });
  return { poll, close: () => undefined };
}

function openDetail(namespace: string, name: string): View {
  document.title = `${name} – Foresize`;
  const detail = createDetailView();
  const path = [namespace, name].map(encodeURIComponent).join('/');
  const poll = startPoll({
    address: `./api/functions/${path}`,
    schema: functionDetailSchema,
    onProblem: tell,
    onData: (data) => {
      show(detail.root);
      detail.update(data);
    },
  });
  return {
    poll,
    close: () => {
      detail.close();
    },
  };
}

/** `#/NAMESPACE/NAME` is a function, all else the list. */
function follow(): void {
  view?.poll.stop();
  view?.close();
  tell(null);
  const [, namespace = '', name = ''] = location.hash.split('/').map(decodeURIComponent);
  view = name === '' ? openList() : openDetail(namespace, name);
  scrollTo(0, 0);
}

addEventListener('hashchange', follow);
follow();
