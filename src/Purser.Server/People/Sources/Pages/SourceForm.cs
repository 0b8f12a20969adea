using System.Globalization;

namespace Purser.Server.People.Sources.Pages;

/// <summary>The settings of a source as a form holds them.</summary>
public sealed record SourceForm(SaveSource.Input Source)
{
    public static SourceForm New(SourceKind kind) => new(new SaveSource.Input(kind, "", [])
    {
        OpenId = kind == SourceKind.OpenId ? new OpenIdOptions("", "") : null,
        Directory = kind == SourceKind.Directory ? new DirectoryOptions([], "") : null,
    });

    public static SourceForm Of(ListSources.Item item) => new(new SaveSource.Input(item.Kind, item.Name, item.MailDomains)
    {
        SourceId = item.Id,
        IsEnabled = item.IsEnabled,
        CreatesPeople = item.CreatesPeople,
        ReplacesPasswords = item.ReplacesPasswords,
        OpenId = item.OpenId,
        Directory = item.Directory,
    });

    public static SourceForm From(IFormCollection form, long? sourceId)
    {
        var kind = form["kind"].ToString() == nameof(SourceKind.Directory) ? SourceKind.Directory : SourceKind.OpenId;
        return new SourceForm(new SaveSource.Input(kind, Text("name"), List("mailDomains"))
        {
            SourceId = sourceId,
            IsEnabled = Is("isEnabled"),
            CreatesPeople = Is("createsPeople"),
            ReplacesPasswords = Is("replacesPasswords"),
            OpenId = kind == SourceKind.OpenId ? OpenId() : null,
            Directory = kind == SourceKind.Directory ? Directory() : null,
        });

        OpenIdOptions OpenId() => new(Text("issuer"), Text("clientId"))
        {
            Scopes = Text("scopes"), MailClaim = Text("mailClaim"), NameClaim = Text("nameClaim"), GroupsClaim = Text("groupsClaim"), MailIsVerified = Is("mailIsVerified"),
        };

        DirectoryOptions Directory() => new(List("hosts"), Text("userBase"))
        {
            Port = int.TryParse(Text("port"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0,
            Encryption = Enum.TryParse<DirectoryEncryption>(Text("encryption"), out var encryption) ? encryption : DirectoryEncryption.StartTls,
            CertificateFolder = Text("certificateFolder"), BindName = Text("bindName"), UserFilter = Text("userFilter"), IdAttribute = Text("idAttribute"), MailAttribute = Text("mailAttribute"),
            NameAttribute = Text("nameAttribute"), GroupBase = Text("groupBase"), GroupFilter = Text("groupFilter"), GroupAttribute = Text("groupAttribute"),
        };

        string Text(string field) => form[field].ToString().Trim();

        bool Is(string field) => form[field] == "true";

        string[] List(string field) =>
            Text(field).Split(['\n', ',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
