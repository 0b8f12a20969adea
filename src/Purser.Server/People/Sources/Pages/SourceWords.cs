namespace Purser.Server.People.Sources.Pages;

internal static class SourceWords
{
    public static string Of(SourceKind kind) => kind == SourceKind.OpenId ? "OpenID Connect" : "LDAP directory";

    public static string Of(DirectoryEncryption encryption) => encryption switch
    {
        DirectoryEncryption.StartTls => "StartTLS",
        DirectoryEncryption.Tls => "TLS from the first byte (ldaps)",
        _ => "None (same machine only)",
    };
}
