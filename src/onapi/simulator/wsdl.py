"""The contracts the simulator serves at `?wsdl`: the operations, names and namespaces of SUNAT's, in one text each."""

from collections.abc import Mapping
from html import escape
from typing import TypeAlias

from onapi.simulator.envelope import SERVICE

# operation → (field, type) of the request; (element that wraps the answer or "", its fields)
Fields: TypeAlias = tuple[tuple[str, str], ...]
Operations: TypeAlias = Mapping[str, tuple[Fields, str, Fields]]

_FILE: Fields = (("fileName", "xsd:string"), ("contentFile", "xsd:base64Binary"), ("partyType", "xsd:string"))
_RECEIPT: Fields = (
    ("rucComprobante", "xsd:string"),
    ("tipoComprobante", "xsd:string"),
    ("serieComprobante", "xsd:string"),
    ("numeroComprobante", "xsd:int"),
)
_TICKET: Fields = (("ticket", "xsd:string"),)
_STATUS: Fields = (("content", "xsd:base64Binary"), ("statusCode", "xsd:string"))
_STATUS_IN_WORDS: Fields = (*_STATUS, ("statusMessage", "xsd:string"))

BILL: Operations = {
    "sendBill": (_FILE, "", (("applicationResponse", "xsd:base64Binary"),)),
    "sendSummary": (_FILE, "", _TICKET),
    "sendPack": (_FILE, "", _TICKET),
    "getStatus": (_TICKET, "status", _STATUS),
}
CONSULT: Operations = {
    "getStatus": (_RECEIPT, "status", _STATUS_IN_WORDS),
    "getStatusCdr": (_RECEIPT, "statusCdr", _STATUS_IN_WORDS),
}


def contract(service: str, operations: Operations, address: str) -> bytes:
    """The WSDL 1.1 of a service (`billService`, `billConsultService`) at an address."""
    messages = "".join(_messages(name) for name in operations)
    ports = "".join(
        f'<operation name="{name}"><input message="tns:{name}"/><output message="tns:{name}Response"/></operation>'
        for name in operations
    )
    bound = "".join(
        f'<operation name="{name}"><soap:operation soapAction="urn:{name}" style="document"/>'
        '<input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>'
        for name in operations
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<definitions name="{service}" targetNamespace="{SERVICE}" xmlns="http://schemas.xmlsoap.org/wsdl/"'
        f' xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:tns="{SERVICE}"'
        ' xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
        f'<types><xsd:schema targetNamespace="{SERVICE}">{_types(operations)}</xsd:schema></types>'
        f'{messages}<portType name="billService">{ports}</portType>'
        f'<binding name="{service}Binding" type="tns:billService">'
        f'<soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>{bound}</binding>'
        f'<service name="{service}"><port name="{service}Port" binding="tns:{service}Binding">'
        f'<soap:address location="{escape(address)}"/></port></service></definitions>'
    ).encode()


def _messages(operation: str) -> str:
    return "".join(
        f'<message name="{name}"><part name="parameters" element="tns:{name}"/></message>'
        for name in (operation, f"{operation}Response")
    )


def _types(operations: Operations) -> str:
    written = []
    for name, (asked, wrapper, answered) in operations.items():
        told = _element(wrapper, _type(answered)) if wrapper else _elements(answered)
        written.append(f'<xsd:element name="{name}">{_type(asked)}</xsd:element>')
        written.append(
            f'<xsd:element name="{name}Response"><xsd:complexType><xsd:sequence>{told}'
            "</xsd:sequence></xsd:complexType></xsd:element>"
        )
    return "".join(written)


def _type(fields: Fields) -> str:
    return f"<xsd:complexType><xsd:sequence>{_elements(fields)}</xsd:sequence></xsd:complexType>"


def _elements(fields: Fields) -> str:
    return "".join(f'<xsd:element name="{name}" type="{kind}" minOccurs="0"/>' for name, kind in fields)


def _element(name: str, content: str) -> str:
    return f'<xsd:element name="{name}" minOccurs="0">{content}</xsd:element>'
