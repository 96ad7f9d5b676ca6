// Makes a large photo smaller before it leaves the phone. The server does the same to every photo:
// without this file, or in a browser that cannot do it, only the upload takes longer.
"use strict";
(() => {
  const WORTH_IT = 1024 * 1024;
  const working = new WeakMap();

  const shrunk = async (file, side) => {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" });
  };

  const shrink = async (input) => {
    const [file] = input.files;
    if (!file || !/^image\/(jpeg|heic|heif)$/.test(file.type)) return;
    if (file.size < WORTH_IT && file.type === "image/jpeg") return;
    try {
      const smaller = await shrunk(file, Number(input.dataset.shrink));
      if (input.files[0] !== file || smaller === file) return;
      const chosen = new DataTransfer();
      chosen.items.add(smaller);
      input.files = chosen.files;
    } catch {
      // What the browser cannot read goes as it is; the server says what is wrong with it.
    }
  };

  if (!("createImageBitmap" in window && "DataTransfer" in window)) return;
  for (const input of document.querySelectorAll("input[type=file][data-shrink]")) {
    input.addEventListener("change", () => {
      const work = shrink(input).finally(() => {
        if (working.get(input) === work) working.delete(input);
      });
      working.set(input, work);
    });
    let isWaiting = false;
    input.form.addEventListener("submit", (event) => {
      const work = working.get(input);
      if (!work) return;
      // Sent once the photo is ready, however often the button is pressed meanwhile.
      event.preventDefault();
      if (isWaiting) return;
      isWaiting = true;
      const { submitter } = event;
      work.then(() => {
        isWaiting = false;
        input.form.requestSubmit(submitter);
      });
    });
  }
})();
