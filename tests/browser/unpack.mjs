// Unpacks the browser that the package carries, its libraries and fonts, into the folder TMPDIR.
import { inflate } from "@sparticuz/chromium";

const packed = new URL("../bin/", import.meta.resolve("@sparticuz/chromium"));
for (const name of ["chromium.br", "al2023.tar.br", "fonts.tar.br", "swiftshader.tar.br"]) {
  await inflate(new URL(name, packed).pathname);
}
