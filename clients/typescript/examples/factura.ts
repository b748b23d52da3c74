// Emite una factura contra la demostración (`make demo`) y guarda su PDF: `npm run example`.

import { writeFile } from 'node:fs/promises';
import { authenticate, ngr, pdf, sendMessage } from '../src/index.js';
import { createClient, createConfig } from '../src/client/index.js';

const env = process.env;
const ruc = env.ONAPI_RUC ?? '20000000001';
const baseUrl = env.ONAPI_URL ?? 'http://127.0.0.1:8080';

const login = await authenticate({
    client: createClient(createConfig({ baseUrl })),
    body: {
        clientId: 'integra',
        username: env.ONAPI_USERNAME ?? 'demo@onapi.local',
        password: env.ONAPI_PASSWORD ?? 'onapi-demo-password',
    },
    throwOnError: true,
});
const client = createClient(createConfig({ baseUrl, auth: login.data.token }));

const sent = await sendMessage({
    client,
    body: {
        ruc,
        doctype: '01',
        document: {
            serie: 'F001', // sin correlativo: toma el siguiente
            client: { tipoDoc: '6', numDoc: '20000000010', rznSocial: 'CLIENTE DE PRUEBA S.A.C.' },
            details: [{ cantidad: 2, descripcion: 'Teclado mecánico', mtoValorUnitario: 100 }],
        },
        options: { wait: 30 },
    },
});
if (!sent.data) {
    // sent.error es un Problem: su código, su frase y qué hacer
    throw new Error(`${sent.error.code}: ${sent.error.detail} ${sent.error.action}`);
}

const path = { ruc, doctype: sent.data.doctype as '01', serie: sent.data.serie, number: String(sent.data.number) };
const record = await ngr({ client, path, query: { include: 'history' }, throwOnError: true });
console.log(record.data.name, record.data.status, record.data.sunat?.description ?? '');

const printed = await pdf({ client, path, throwOnError: true });
await writeFile(printed.data.fileName, Buffer.from(printed.data.content, 'base64'));
console.log(`${printed.data.fileName}: ${printed.data.size} bytes`);
