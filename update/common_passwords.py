"""Write facts/common_passwords.tsv: words that passwords are made of first, all written here or made by a pattern.

    python update/common_passwords.py

No list of others went into it: names, places and words were put down from memory, walks over the keyboard and rows of
digits are made by rule. Everything is in small letters without accents, as facts/passwords.py looks it up.
"""

from collections.abc import Iterator
from pathlib import Path

OUT = Path(__file__).parents[1] / "src" / "onapi" / "facts" / "common_passwords.tsv"
HEAD = """# Words that passwords are made of first: small letters, without accents, spaces or marks.
# source: ours, written from memory and made by pattern in update/common_passwords.py; no list of others was copied.
word
"""

NAMES = """
adrian alberto alejandra alejandro alex alexandra alfredo alonso alvaro ana andrea andres angel angela angelica antonia
antonio ariana armando arturo augusto beatriz benjamin bertha blanca brenda bruno camila carla carlos carmen carolina
catalina cecilia cesar christian clara claudia cristian cristina cristobal daniel daniela david diana diego dora edgar
edith eduardo edwin elena elias elizabeth elmer elsa emilia emilio enrique erick erika ernesto esperanza esteban ester
eva fabian fabiola fatima federico felipe felix fernanda fernando flor francisco franco freddy gabriel gabriela german
gerardo gilberto giovanni gladys gloria gonzalo graciela gregorio guadalupe guillermo gustavo hector henry hernan hilda
hugo humberto ignacio ines irene iris irma isaac isabel isabella ismael ivan jaime javier jean jenny jessica jesus
jhon jimena joan joaquin joel jonathan jorge jose josefina juan juana julia julian juliana julio karen karina karla
katherine kevin laura leonardo leonor leticia lidia liliana lizbeth lorena lourdes lucas lucia luciana luis luisa luz
magaly manuel manuela marcela marcelo marco marcos margarita maria mariana maribel mario marisol maritza marlene marta
martha martin mateo matias mauricio mayra melissa mercedes micaela miguel miriam monica nadia nancy natalia nelly
nelson nestor nicolas nora norma octavio olga omar oscar pablo pamela paola patricia patricio paul paula pedro percy
pilar rafael ramiro ramon raquel raul rebeca renato renzo ricardo rita roberto rocio rodolfo rodrigo roger rolando
romina rosa rosario roxana ruben ruth salvador samuel sandra santiago santos sara saul sebastian sergio silvia sofia
sonia stefany susana teodoro teresa thiago tomas valentina valeria vanessa veronica vicente victor victoria violeta
virginia viviana walter wendy wilfredo william wilmer wilson ximena yanet yesenia yolanda zoila
"""
PLACES = """
abancay amazonas ancash andahuaylas apurimac arequipa arica ate ayacucho barranca barranco bolivia bagua brasil brena
cajamarca callao camana canete carabayllo cerro chachapoyas chancay chepen chiclayo chile chimbote chincha chorrillos
chosica chota chulucanas colombia comas cusco cuzco ecuador ferrenafe gamarra huacho huamanga huancavelica huancayo
huanta huanuco huaral huaraz huarochiri ica ilave ilo iquitos jaen jauja jesusmaria juliaca junin lambayeque lamolina
lampa lavictoria lima lince lurin machupicchu magdalena mollendo moquegua moyobamba nazca oxapampa pacasmayo
pachacamac paita pasco peru piura pisco pucallpa pueblolibre puno quillabamba rimac sanborja sanisidro sanmartin
sanmiguel satipo sechura sicuani sullana surco surquillo tacna talara tarapoto tarma tingomaria trujillo tumbes
ucayali urubamba ventanilla villaelsalvador yauli yurimaguas argentina mexico espana madrid miraflores
"""
WORDS = """
abeja abogado abuela abuelo acceso aceite acero admin administracion administrador agosto agua aguila alianza almacen
alegria amarillo amigo amiga amigos amistad amor amorcito angelito animal anita apple aprendiz arbol arcoiris area
arroz asistente atencion aula auto avion azucar azul bailar balon banco bandera barcelona base bebe bebito belleza
bendicion bienvenido bienvenida bicicleta blanco boca bodega boleta bolsa bomba bonita bonito botica bruja bueno buena
burro caballo cafe caja cajero calle cama camara cambiame cambio camino camion campeon campo cancion candado capitan
cara carro carta casa casita cargador castillo cebolla central ceviche cielo chicha chocolate cholo ciudad clave
claves cliente clientes clinica cobranza cocina codigo coche colegio color comercial comercio compania compras
computadora computo comprobante conejo conexion consulta contabilidad contador contadora contable contrasena
contrasenia control
corazon correo cosa cosita cristal cristo crema cuenta cuentas cuaderno cuadro cumple cumpleanos dato datos
departamento deposito desarrollo desayuno dia dinero dios directo director discoteca distribuidora doctor doctora
documento dolar domingo dragon dulce edificio efectivo elefante electronica emision emisor empleado empresa empresas
enero entrada entrar enviar escuela escritorio espiritu estacion estrella estrellita estudiante estudio europa
exito externo fabrica factura facturador facturacion facturas familia fantasma favor febrero feliz felicidad ferreteria
fiesta firma flores fortaleza foto frase fresa fruta fuego fuerte fuerza futbol galleta gallo ganador garantia gato
gatito gatita general genio gerente gerencia gobierno gol grande grupo guerra guerrero guia guias guitarra hermana
hermano hermosa hermoso hija hijo hijos historia hogar hola hombre hormiga hospital hotel huevo iglesia importante
impresora impuesto impuestos informatica ingeniero ingenieria ingreso ingresar inicial iniciar inicio integra
integracion integrador internet inventario invierno invitado jardin jefe jefa jesucristo joven jueves juego juegos
jugador juguete jugo julioverde junio justicia ladrillo lago lapiz latino lechuga leche leon letra ley libertad libre
libro limon limpieza linda lindo llave llavero local lobo loco loca logistica luna lunes luzdeluna madera madre maestra
maestro maestra mama mamita manzana manana mantenimiento maquina mar maravilla marca martes marzo mascota master mayo
medico mejor melon mente mercado mes mesa metal mia miamor miclave miempresa miercoles minegocio ministerio mio
misterio miusuario moneda mono montana moto motor movil mueble mujer multi mundial mundo muneca musica navidad negocio
negocios negra negro nieve nina nino ninguno noche nombre normal norte noviembre nube nueva nuevo numero octubre
oficina ojos operador oportunidad optica orden oro oso osito otono pagina pago pagos pais pajaro palabra palabraclave
palma paloma panaderia panda pantalla pantera papa papel papito paraiso parque pasion password pastel patito pato paz
pelota perfecto perla permiso perro perrito persona personal pescado pez piedra pierna pinguino pintura pirata pisco
pizza planilla plata playa pollo polleria prueba pruebas portal precio presidente primavera primero princesa principal
principe privado privada proceso producto produccion profesor profesora programa programador proveedor publico puerta
queso quimica rapido raton razon recepcion recibo red regalo registro reina reloj remitente reporte reserva restaurante
retencion rey reyes rio robot rojo rosado rosita ruc sabado sagrado salsa salud sanjuan santa santo seguridad seguro
segura selva senor senora senorita septiembre serpiente servicio servicios servidor setiembre siempre siglo silla
silvestre sistema sistemas soporte sol solcito soldado solo sombra sonrisa sopa sucursal suerte sueno sueno super
superior supervisor sur tarde tarjeta taxi tecnico tecnologia telefono television temporal terceros tesoro tesoreria
tiempo tienda tierra tigre tigres timbre tinta titulo todo todos tomate torre tortuga trabajo transporte transportes
tranquilo tren tributo tributos trigo triunfo tucan turismo universidad universitario universo unico usuario usuarios
utiles vaca valor vaquero varios vela vendedor vendedora venta ventana ventas verano verdad verde viaje viajes vida
viejo viento viernes vino virgen vivir volcan zapato zapatilla zona zorro
abc access account active adminadmin administrator alpha amazing android angels anonymous api app apples asdf autumn
baby backup banana baseball basic batman beautiful beer best beta better billing birthday black blue bluesky boss box
boy bread bridge brother bubble buddy bug business butterfly candy captain car cash castle cat change changeme
changeit charlie cheese cherry chicken chicago chocolates church city client cloud code coffee college company
computer connect cookie cool correct country cowboy crazy creative cricket crystal customer cyber daddy dance dark
data database day death default demo demon desktop destiny dev developer diamond digital disney dog doggy dolphin
dollar door dragons dream dreams driver eagle earth east easy edward electric email empire energy engineer enter
enterprise eternal everything example extra facebook faith falcon family fantasy father finance fire first fish
fishing flower fluffy football forest forever forget freedom friday friend friends froggy fun funny future galaxy
game gamer games garden gateway genius ghost giant ginger girl global goblue god gold golden golf good google
government gracie green group guest guitar hacker hammer happy harley hateme heart heaven hello help helpdesk hero
hockey holiday home honey hope horse hotmail house hunter ice iloveyou infinite info instagram internal invoice
iphone island jackson jasmine jesuschrist joker jordan junior justice justin keyboard key killer king kingdom kitten
kitty knight lady laptop legend letmein letsgo liberty life light lightning linux lion little live lizard local login
london lord love lovely lover loveyou lucky machine magic main manager mario marketplace matrix maverick mercury
merlin metallica michael mickey midnight mine minecraft mirror mobile monday money monkey monster moon morning mother
mountain movie muffin music mustang myaccount mycompany mylove mypass mypassword mysecret nature naruto network never
newpass newpassword newuser newyork night nintendo ninja nirvana noaccess nothing november ocean office okay online
open oracle orange owner pacific packers panther paper paradise paris pass passcode passphrase passw passwd passwords
payment peace peaches peanut pencil pepper people phoenix phone photo picture pineapple pink player please pokemon
police popcorn power precious president pretty princess private production project public purple qwerty rabbit rainbow
ranger raven reader real red redsox remember reset river robert rock rocket rockstar root rose royal runner safe sales
samsung sandbox saturday school scooter secret secretpassword secure security server service shadow shark shop silver
simple simpson singer single sister skype sky slayer smile smith snake snow snoopy soccer soft software soldier
something soul south spider spiderman spirit spring staff standard star stars starwars start steel stella stone storm
street strong student success sugar summer sun sunday sunflower sunny sunshine superman superuser support surfer
sweet sweetheart sword sysadmin system taylor teacher team tech temp tennis test tester testing testtest thomas
thunder thursday tiger time today toyota training travel trust trustno trustnoone tuesday turtle twitter unicorn
united unlock update user username vampire victory violet vip warrior water web webmaster wednesday welcome west
whatever white wifi windows winner winter wizard wolf woman wonder work world xbox yahoo yankees yellow you young zombie
"""
ENDINGS = [
    "peru",
    "lima",
    "admin",
    "clave",
    "segura",
    "user",
    "test",
    "casa",
    "vida",
    "amor",
    "love",
    "password",
    "contrasena",
    "factura",
    "empresa",
    "siempre",
]
BEGINNINGS = (
    "mi",
    "mis",
    "yo",
    "soy",
    "el",
    "la",
    "los",
    "amo",
    "tequiero",
    "teamo",
    "iloveyou",
    "clave",
    "password",
    "contrasena",
    "usuario",
    "hola",
    "viva",
)
ROWS = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1234567890",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)
LONG_ROWS = "abcdefghijklmnopqrstuvwxyz"
CLUBS = (
    "alianzalima",
    "universitario",
    "sportingcristal",
    "melgar",
    "cienciano",
    "sportboys",
    "cusco",
    "fc",
    "barcelona",
    "realmadrid",
    "boca",
    "river",
)


def main() -> None:
    """Write the file, sorted, each word once."""
    found = sorted({word for make in (written, walks, pairs) for word in make() if len(word) > 1})
    OUT.write_text(HEAD + "\n".join(found) + "\n", "utf-8")
    print(f"{len(found)} words")


def written() -> Iterator[str]:
    """What was put down from memory."""
    for text in (NAMES, PLACES, WORDS):
        yield from text.split()
    yield from CLUBS


def walks() -> Iterator[str]:
    """Pieces of keyboard rows and of the alphabet, there and back, and both one after the other."""
    for row in (*ROWS, LONG_ROWS):
        for start in range(len(row)):
            for end in range(start + 4, min(len(row), start + 16) + 1):
                yield row[start:end]
                if end - start >= 6:  # noqa: PLR2004  shorter ones are walked one way only
                    yield row[start:end][::-1]
    for one in ROWS:
        for other in ROWS:
            yield one + other


def pairs() -> Iterator[str]:
    """A name or a place with what people put before and behind it."""
    for name in (*NAMES.split(), *PLACES.split(), *CLUBS):
        for ending in ENDINGS[:4]:
            yield name + ending
    for word in (*ENDINGS, *CLUBS):
        for beginning in BEGINNINGS:
            yield beginning + word


if __name__ == "__main__":
    main()
