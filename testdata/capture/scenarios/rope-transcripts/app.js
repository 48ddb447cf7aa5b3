'use strict';
// A support desk with twelve open sessions. Everything that is said is added to the session's transcript.

class Session {
  constructor(agent) {
    this.agent = agent;
    this.transcript = '';
    this.lines = 0;
  }
  note(line) {
    this.lines += 1;
    this.transcript += `${this.agent}: ${line}\n`;
  }
}

const sessions = Array.from({ length: 12 }, (_, i) => new Session(`agent-${i}`));

exports.iterate = (request) => {
  sessions[request % sessions.length].note(`order ${request} is late by ${request % 9} days, the customer was called`);
};
