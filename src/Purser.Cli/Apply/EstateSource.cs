using System.Text.Json.Nodes;

namespace Purser.Cli.Apply;

/// <summary>An identity provider or directory as the file wants it: only the settings that it names, in the API's own names.</summary>
internal sealed record EstateSource(long Line, string Name, JsonObject Settings, string? Secret, IReadOnlyList<EstateSource.Role> Roles)
{
    private static readonly string[] OpenIdTexts = ["issuer", "clientId", "scopes", "mailClaim", "nameClaim", "groupsClaim"];

    private static readonly string[] DirectoryTexts =
    [
        "encryption", "certificateFolder", "bindName", "userBase", "userFilter", "idAttribute", "mailAttribute", "nameAttribute", "groupBase", "groupFilter", "groupAttribute",
    ];

    /// <summary>The parts of a source that are settings; the API shows more.</summary>
    public static readonly IReadOnlyList<string> Names = ["kind", "name", "mailDomains", "isEnabled", "createsPeople", "replacesPasswords", "openId", "directory"];

    /// <summary>Who is in this group there has this role here.</summary>
    public sealed record Role(long Line, string Group, string Account, string Name, string? VirtualAccount, bool? IncludesChildren);

    public bool IsDirectory => Settings["kind"]?.GetValue<string>() == "Directory";

    public static EstateSource Read(EstateNode node, EstateProblems problems)
    {
        node.Knows("name", "mailDomains", "isEnabled", "createsPeople", "replacesPasswords", "openId", "directory", "secret", "roles");
        var settings = new JsonObject { ["name"] = node.Required("name") };
        var (openId, directory) = (node.Part("openId"), node.Part("directory"));
        if (openId.IsThere == directory.IsThere)
        {
            node.Wrong($"{node.Path}: a source has either openId or directory");
        }

        settings["kind"] = directory.IsThere ? "Directory" : "OpenId";
        Lists(node, settings, "mailDomains");
        Flags(node, settings, "isEnabled", "createsPeople", "replacesPasswords");
        if (openId.IsThere)
        {
            settings["openId"] = OpenId(openId);
        }
        else if (directory.IsThere)
        {
            settings["directory"] = Directory(directory);
        }

        return new EstateSource(node.Line, node.Part("name").Text() ?? "", settings, EstateSecret.Read(node.Part("secret"), problems), [.. node.Part("roles").Items().Select(RoleOf)]);
    }

    private static JsonObject OpenId(EstateNode node)
    {
        node.Knows([.. OpenIdTexts, "mailIsVerified"]);
        var settings = new JsonObject();
        Texts(node, settings, OpenIdTexts);
        Flags(node, settings, "mailIsVerified");
        return settings;
    }

    private static JsonObject Directory(EstateNode node)
    {
        node.Knows([.. DirectoryTexts, "hosts", "port"]);
        var settings = new JsonObject();
        Lists(node, settings, "hosts");
        if (node.Number("port") is { } port)
        {
            settings["port"] = port;
        }

        Texts(node, settings, DirectoryTexts);
        return settings;
    }

    private static Role RoleOf(EstateNode node)
    {
        node.Knows("group", "account", "role", "virtualAccount", "includesChildren");
        return new Role(node.Line, node.Required("group"), node.Required("account"), node.Required("role"), node.Part("virtualAccount").Text(), node.Flag("includesChildren"));
    }

    private static void Texts(EstateNode node, JsonObject settings, params string[] names)
    {
        foreach (var name in names.Where(name => node.Part(name).IsThere))
        {
            settings[name] = node.Part(name).Text();
        }
    }

    private static void Flags(EstateNode node, JsonObject settings, params string[] names)
    {
        foreach (var name in names)
        {
            if (node.Flag(name) is { } flag)
            {
                settings[name] = flag;
            }
        }
    }

    private static void Lists(EstateNode node, JsonObject settings, string name)
    {
        if (node.Part(name).IsThere)
        {
            settings[name] = new JsonArray([.. node.Part(name).Texts().Select(text => (JsonNode)text)]);
        }
    }
}
