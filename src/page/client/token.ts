import { element, setText } from './element.ts';

/** Kept until the tab is closed, and sent as a header: no other page can make the browser send it. */
const KEY = 'foresize-page-token';

function kept(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    // A browser that keeps nothing for pages: the token is asked for again at the next load.
    return null;
  }
}

let token = kept();

function keep(given: string | null): void {
  token = given;
  try {
    if (given === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, given);
  } catch {
    // As above.
  }
}

/** The header that a page with a token wants; none before one was given. */
export function authorization(): Readonly<Record<string, string>> {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/** Asks for the token of the page, and tells when one is given. */
export function createTokenForm(onToken: () => void): { readonly root: HTMLElement; refused(): void } {
  const input = element('input', { type: 'password', autocomplete: 'current-password', required: '' });
  const problem = element('p', { class: 'problem', role: 'alert' });
  const form = element(
    'form',
    { class: 'token' },
    element('h1', {}, 'Foresize'),
    element('p', {}, 'This page asks for its token: the secret foresize-page-token.'),
    element('label', {}, 'Token', input),
    element('button', { type: 'submit' }, 'Show the page'),
    problem,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    keep(input.value.trim());
    input.value = '';
    onToken();
  });
  return {
    root: form,
    refused() {
      setText(problem, token === null ? '' : 'That was not the token.');
      keep(null);
    },
  };
}
