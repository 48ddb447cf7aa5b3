// Copy buttons and editor links at each line of source.
//
// The page holds no path of a machine. The reader types the folder of his own checkout, which stays in his browser.
(() => {
  "use strict";
  const { $, $$, make, label, button, remembered, remember, say, copyButton } = heapdiff;

  const editors = {
    vscode: { name: "VS Code", link: (path, line, column) => `vscode://file${path}:${line}:${column}` },
    "vscode-insiders": { name: "VS Code Insiders", link: (path, line, column) => `vscode-insiders://file${path}:${line}:${column}` },
    vscodium: { name: "VSCodium", link: (path, line, column) => `vscodium://file${path}:${line}:${column}` },
    idea: { name: "JetBrains IDE", link: (path, line) => `idea://open?file=${path}&line=${line}` },
  };
  const setting = () => ({
    editor: Object.hasOwn(editors, remembered("editor") ?? "") ? remembered("editor") : "vscode",
    root: remembered("root") ?? "",
  });
  let chosen = setting();

  /** The parts of a relative path that stays where it begins; null for any other. */
  const below = (file) => {
    const parts = file.split("/").filter((part) => part !== ".");
    return parts.some((part) => part === ".." || part === "") || file.startsWith("~") || /^[a-z]+:/i.test(file) ? null : parts;
  };
  /** The link to a place; null where the file does not lie below a folder that the reader named. */
  const address = ({ file, line, column }) => {
    const root = chosen.root.replaceAll("\\", "/").replace(/\/+$/, "");
    const parts = below(file);
    if (!root || !parts) return null;
    const path = [...root.split("/"), ...parts].map(encodeURIComponent).join("/").replace(/^([A-Za-z])%3A/, "/$1:");
    return path.startsWith("/") ? editors[chosen.editor].link(path, Number(line), Number(column)) : null;
  };

  // The setting.
  const dialog = make("dialog", { id: "editor-setting", className: "small-dialog" });
  const pick = make("select", { id: "editor-name" });
  for (const [key, editor] of Object.entries(editors)) pick.append(make("option", { value: key, textContent: editor.name }));
  const field = make("input", { id: "editor-root", type: "text", placeholder: "folder of your checkout", spellcheck: false, autocomplete: "off" });
  const labelled = (words, control) => make("p", {}, make("label", { htmlFor: control.id, textContent: words }), control);
  const save = () => {
    chosen = { editor: pick.value, root: field.value.trim() };
    remember("editor", chosen.editor);
    remember("root", chosen.root);
    for (const show of shown) show();
    dialog.close();
    say(chosen.root ? `Lines open in ${editors[chosen.editor].name}` : "Lines open in no editor");
  };
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();  // else it would press the button that gets the focus back
    save();
  });
  dialog.append(
    make("h2", { id: "editor-title", textContent: "Open lines in your editor" }),
    make("p", { className: "meta", textContent: "The folder of your checkout, below which the files of this report lie. It stays in this browser and is in no report." }),
    labelled("Editor", pick), labelled("Folder", field),
    make("p", { className: "row" }, button("Save", save), button("Cancel", () => dialog.close())),
  );
  dialog.setAttribute("aria-labelledby", "editor-title");
  document.body.append(dialog);
  const set = () => {
    pick.value = chosen.editor;
    field.value = chosen.root;
    dialog.showModal();
    field.focus();
  };

  const shown = [];
  for (const place of $$("code.place")) {
    const open = make("a", { className: "small open-editor", textContent: "Open in editor" });
    const ask = label(button("Open in editor…", set, { className: "small" }), `Open in editor…: ${place.textContent}`);
    label(open, `Open in editor: ${place.textContent}`);
    const show = () => {
      const link = address(place.dataset);
      open.hidden = !link;
      ask.hidden = Boolean(chosen.root) || !below(place.dataset.file);
      if (link) open.href = link;
    };
    place.after(make("span", { className: "actions" }, copyButton("line", () => place.textContent), open, ask));
    show();
    shown.push(show);
  }
  if (shown.length) $("#tools").append(label(button("Editor", set), "Choose the editor that lines open in"));
})();
