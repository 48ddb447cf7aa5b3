// A Jira that keeps its data in memory and follows what Atlassian documents of the Cloud platform's REST API v3:
// https://developer.atlassian.com/cloud/jira/platform/rest/v3/
//   api-group-issues            POST /issue: 201, 400, 401, 403; description and environment are ADF documents
//   api-group-issue-search      POST /search/jql; the index is late ("search and reconcile"); /search is gone: 410
//   api-group-issue-attachments 200, 403, 404, 413; X-Atlassian-Token: no-check, field "file"
//   api-group-issue-comments    201, 400, 404, 413
//   api-group-project-properties, -user-properties   200 updated, 201 created, 403, 404; read as last written
//   rate-limiting               429 with Retry-After
// and of Data Center's REST API v2 what one command needs: POST /rest/api/2/issue with a text as description.
import { createServer } from 'node:http';

const kMaxText = 32767;
const kSearch = /^project = "([A-Z][A-Z0-9_]*)" AND labels = "([^"\\]*)" AND statusCategory != Done ORDER BY key ASC$/;

/// The first thing that is not right with a document, or ''. Nodes and attributes as Jira draws them.
export function complaint(document) {
  const blocks = { paragraph: [], heading: ['level'], panel: ['panelType'], bulletList: [], orderedList: [], listItem: [],
    table: [], tableRow: [], tableHeader: [], tableCell: [], codeBlock: ['language'] };
  if (document === null || typeof document !== 'object' || document.type !== 'doc' || document.version !== 1 ||
      !Array.isArray(document.content)) {
    return 'not a document';
  }
  const rest = [...document.content];
  while (rest.length > 0) {
    const node = rest.pop();
    if (node.type === 'text') {
      if (typeof node.text !== 'string' || node.text === '') return 'an empty text';
      for (const mark of node.marks ?? []) {
        if (!['strong', 'code', 'link'].includes(mark.type)) return `mark ${mark.type}`;
        if (mark.type === 'link' && !/^https?:\/\//.test(mark.attrs?.href ?? '')) return 'a link without an address';
      }
      if (Object.keys(node).some((key) => !['type', 'text', 'marks'].includes(key))) return 'an unknown key';
      continue;
    }
    if (!Object.hasOwn(blocks, node.type)) return `node ${node.type}`;
    if (Object.keys(node.attrs ?? {}).some((name) => !blocks[node.type].includes(name))) return `attributes of ${node.type}`;
    if (Object.keys(node).some((key) => !['type', 'attrs', 'content'].includes(key))) return 'an unknown key';
    rest.push(...(node.content ?? []));
  }
  return JSON.stringify(document).length > kMaxText ? 'too long' : '';
}

/// The one file of a multipart body.
function file_of(body, type) {
  const boundary = /boundary=("?)([^";]+)\1/.exec(type)?.[2];
  const text = body.toString('latin1');
  const head = text.indexOf('\r\n\r\n');
  const end = text.lastIndexOf(`\r\n--${boundary}--`);
  if (!boundary || head < 0 || end < 0 || !/name="file"/.test(text.slice(0, head))) return null;
  return { filename: /filename="([^"]*)"/.exec(text.slice(0, head))?.[1], bytes: body.subarray(head + 4, end),
    mimeType: /content-type: *([^\r]*)/i.exec(text.slice(0, head))?.[1] };
}

export class Jira {
  /// `lag`: milliseconds until the index knows a change. `users`: "name:token" -> {accountId, admin}.
  constructor({ lag = 10000, users, uploadLimit = 10 << 20, environment = true }) {
    Object.assign(this, { lag, users, uploadLimit, environment });
    this.issues = new Map();
    this.properties = new Map();
    this.links = [];
    this.rewrites = [];
    this.requests = [];
    this.faults = [];
    this.delays = [];
    this.old_searches = 0;
    this.attachments = 0;
  }

  async start() {
    this.server = createServer((request, response) => this.#take(request, response));
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(done));
  }

  /// The next `times` requests that `match` ("POST /rest/api/3/issue", a regular expression) get `status`. `after`: the
  /// request is carried out first, and its answer is lost. Status 0 closes the connection.
  fail(match, status, { times = 1, headers = {}, body = { errorMessages: [], errors: {} }, after = false } = {}) {
    this.faults.push({ match, status, times, headers, body, after });
  }

  /// Request number `number` that `match` is carried out `delay` milliseconds after it came.
  hold_up(match, number, delay) {
    this.delays.push({ match, number, delay });
  }

  open() {
    return [...this.issues.values()].filter((issue) => issue.status !== 'done');
  }

  #index(issue) {
    issue.versions.push({ at: Date.now() + this.lag, status: issue.status, labels: [...issue.fields.labels ?? []] });
  }

  close(key) {
    this.issues.get(key).status = 'done';
    this.#index(this.issues.get(key));
  }

  async #take(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const path = request.url.split('?')[0];
    const line = `${request.method} ${path}`;
    this.requests.push(line);
    for (const held of this.delays) {
      if (held.match.test(line) && --held.number === 0) await new Promise((done) => setTimeout(done, held.delay));
    }
    let answer;
    const fault = this.faults.find((f) => f.times > 0 && f.match.test(line));
    if (fault && --fault.times >= 0 && !fault.after) {
      answer = [fault.status, fault.body, fault.headers];
    } else {
      try {
        answer = this.#answer(request, path, body);
      } catch (error) {
        answer = [500, { errorMessages: [String(error)] }];
      }
      if (fault) answer = [fault.status, fault.body, fault.headers];
    }
    const [status, json, headers] = answer;
    if (status === 0) {
      request.socket.destroy();
      return;
    }
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(json === undefined ? '' : JSON.stringify(json));
  }

  #answer(request, path, body) {
    const { method } = request;
    const user = this.#user(request.headers.authorization);
    const no = (status, message, errors = {}) => [status, { errorMessages: message ? [message] : [], errors }];
    if (!user) return no(401, 'Client must be authenticated to access this resource.');
    const json = () => JSON.parse(body.toString());
    const is = (wanted, expression) => method === wanted && expression.exec(path);
    let m;
    if (/^\/rest\/api\/[23]\/search$/.test(path) && path.includes('/3/')) {
      ++this.old_searches;
      return no(410, 'The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.');
    }
    if (is('GET', /^\/rest\/api\/3\/myself$/)) return [200, { accountId: user.accountId, displayName: 'x' }];
    if (is('GET', /^\/rest\/api\/3\/project\/OPS$/)) return [200, { key: 'OPS', name: 'Operations' }];
    if ((m = /^\/rest\/api\/3\/project\/(\w+)\/properties\/([\w.]+)$/.exec(path))) {
      if (m[1] !== 'OPS') return no(404, 'No project could be found with that key.');
      if (method !== 'GET' && !user.admin) return no(403, 'You do not have permission to administer the project.');
      return this.#property(method, `project/${m[2]}`, m[2], json);
    }
    if ((m = /^\/rest\/api\/3\/user\/properties\/([\w.]+)$/.exec(path))) {
      const account = new URL(request.url, this.url).searchParams.get('accountId');
      if (!account) return no(400, 'accountId is missing');
      if (account !== user.accountId && !user.admin) return no(403, 'Not your user record.');
      return this.#property(method, `${account}/${m[1]}`, m[1], json);
    }
    if ((m = is('POST', /^\/rest\/api\/([23])\/issue$/))) return this.#create(json(), m[1] === '3', user, no);
    if (is('POST', /^\/rest\/api\/3\/search\/jql$/)) return this.#search(json(), no);
    if (is('POST', /^\/rest\/api\/3\/issueLink$/)) {
      this.links.push(json());
      return [201];
    }
    if ((m = /^\/rest\/api\/[23]\/issue\/([A-Z]+-\d+)(\/[a-z]+)?$/.exec(path))) {
      const issue = this.issues.get(m[1]);
      if (!issue) return no(404, 'Issue does not exist or you do not have permission to see it.');
      return this.#of_issue(method, m[2] ?? '', issue, body, json, request, no);
    }
    return no(404, `no such resource: ${path}`);
  }

  #user(authorization = '') {
    const [scheme, value] = authorization.split(' ');
    return scheme === 'Basic' ? this.users[Buffer.from(value, 'base64').toString()]
      : scheme === 'Bearer' ? this.users[`bearer:${value}`] : undefined;
  }

  #property(method, place, key, json) {
    const exists = this.properties.has(place);
    if (method === 'PUT') {
      this.properties.set(place, json());
      return [exists ? 200 : 201];
    }
    if (!exists) return [404, { errorMessages: ['The property does not exist.'] }];
    if (method === 'DELETE') {
      this.properties.delete(place);
      return [204];
    }
    return [200, { key, value: this.properties.get(place) }];
  }

  #create({ fields }, cloud, user, no) {
    const errors = {};
    if (fields?.project?.key !== 'OPS') errors.project = 'valid project is required';
    if (fields?.issuetype?.name !== 'Bug') errors.issuetype = 'Specify a valid issue type';
    if (typeof fields?.summary !== 'string' || fields.summary.trim() === '') errors.summary = 'You must specify a summary.';
    else if (fields.summary.length > 255) errors.summary = 'Summary must be less than 255 characters.';
    else if (/[\r\n]/.test(fields.summary)) errors.summary = 'The summary is invalid because it contains newline characters.';
    for (const label of fields?.labels ?? []) {
      if (/\s/.test(label) || label.length > 255) errors.labels = `The label '${label}' contains spaces which is invalid.`;
    }
    for (const name of ['description', 'environment']) {
      if (fields?.[name] === undefined) continue;
      const wrong = cloud ? complaint(fields[name]) : typeof fields[name] !== 'string' ? 'not a text' : '';
      if (wrong) errors[name] = `Operation value must be an Atlassian Document: ${wrong}`;
    }
    if (fields?.environment !== undefined && !this.environment) {
      errors.environment = "Field 'environment' cannot be set. It is not on the appropriate screen, or unknown.";
    }
    if (Object.keys(errors).length > 0) return no(400, '', errors);
    const key = `OPS-${this.issues.size + 1}`;
    const issue = { key, id: String(10000 + this.issues.size), fields, status: 'new', by: user.accountId, comments: [],
      attachments: [], versions: [] };
    this.issues.set(key, issue);
    this.#index(issue);
    return [201, { id: issue.id, key, self: `${this.url}/rest/api/3/issue/${issue.id}` }];
  }

  #search({ jql, fields, maxResults }, no) {
    const m = kSearch.exec(jql);
    if (!m || !Array.isArray(fields) || !(maxResults > 0)) return no(400, `Error in the JQL Query: ${jql}`);
    const now = Date.now();
    const found = [...this.issues.values()].filter((issue) => {
      const known = issue.versions.filter((version) => version.at <= now).at(-1);
      return known && issue.key.startsWith(`${m[1]}-`) && known.status !== 'done' && known.labels.includes(m[2]);
    });
    return [200, { issues: found.slice(0, maxResults).map(({ id, key }) => ({ id, key })), isLast: true }];
  }

  #of_issue(method, part, issue, body, json, request, no) {
    if (method === 'PUT' || method === 'DELETE') this.rewrites.push(`${method} ${request.url}`);
    switch (`${method} ${part}`) {
      case 'GET ':
        return [200, { id: issue.id, key: issue.key, fields: { labels: issue.fields.labels ?? [],
          attachment: issue.attachments.map(({ id, filename, content }) => ({ id, filename, content })),
          status: { name: issue.status, statusCategory: { key: issue.status } } } }];
      case 'GET /comment':
        return [200, { comments: issue.comments.toReversed?.() ?? [...issue.comments].reverse(), total: issue.comments.length }];
      case 'POST /comment': {
        const wrong = complaint(json().body);
        if (wrong) return no(400, '', { comment: `Comment body is not valid: ${wrong}` });
        issue.comments.push({ id: String(issue.comments.length + 1), body: json().body });
        return [201, issue.comments.at(-1)];
      }
      case 'POST /attachments': {
        if (request.headers['x-atlassian-token'] !== 'no-check') return no(403, 'XSRF check failed');
        const file = file_of(body, request.headers['content-type'] ?? '');
        if (!file) return no(400, 'no file');
        if (file.bytes.length > this.uploadLimit) return no(413, 'The attachment is too large.');
        const id = String(++this.attachments);
        issue.attachments.push({ ...file, id, content: `${this.url}/rest/api/3/attachment/content/${id}` });
        return [200, [{ id, filename: file.filename, size: file.bytes.length, content: issue.attachments.at(-1).content }]];
      }
      case 'GET /transitions':
        return [200, { transitions: [{ id: '11', to: { statusCategory: { key: 'indeterminate' } } },
          { id: '31', to: { statusCategory: { key: 'done' } } }] }];
      case 'POST /transitions':
        if (json().transition?.id !== '31') return no(400, 'no such transition');
        this.close(issue.key);
        return [204];
      default:
        return no(405, 'method not allowed');
    }
  }
}
