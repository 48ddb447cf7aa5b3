'use strict';
// A support desk with twelve open sessions. The last twenty lines of a session are kept.

class Session {
  constructor(agent) {
    this.agent = agent;
    this.transcript = [];
    this.lines = 0;
  }
  note(line) {
    this.lines += 1;
    this.transcript.push(`${this.agent}: ${line}\n`);
    if (this.transcript.length > 20) this.transcript.shift();
  }
}

const sessions = Array.from({ length: 12 }, (_, i) => new Session(`agent-${i}`));

exports.iterate = (request) => {
  sessions[request % sessions.length].note(`order ${request} is late by ${request % 9} days, the customer was called`);
};
