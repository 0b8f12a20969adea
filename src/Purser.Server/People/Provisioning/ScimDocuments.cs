using System.Text.Json.Nodes;
using Purser.Server.Commands;
using Purser.Server.Http;

namespace Purser.Server.People.Provisioning;

/// <summary>What this interface can do, in its own words (RFC 7643 5 to 7).</summary>
internal static class ScimDocuments
{
    private const string ConfigSchema = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
    private const string SchemaSchema = "urn:ietf:params:scim:schemas:core:2.0:Schema";
    private const string TypeSchema = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";

    public static void Map(IEndpointRouteBuilder scim)
    {
        scim.MapGet("/ServiceProviderConfig", (HttpContext context) => Scim.Ok(Config(context))).Requires(Permission.ProvisioningDoor);
        scim.MapGet("/ResourceTypes", (HttpContext context) => Scim.List([UserType(context), GroupType(context)], 2, 1)).Requires(Permission.ProvisioningDoor);
        scim.MapGet("/ResourceTypes/{id}", (string id, HttpContext context) => OneAsync(context, id, UserType(context), GroupType(context))).Requires(Permission.ProvisioningDoor);
        scim.MapGet("/Schemas", (HttpContext context) => Scim.List([UserSchema(context), GroupSchema(context)], 2, 1)).Requires(Permission.ProvisioningDoor);
        scim.MapGet("/Schemas/{id}", (string id, HttpContext context) => OneAsync(context, id, UserSchema(context), GroupSchema(context))).Requires(Permission.ProvisioningDoor);
    }

    private static async Task<IResult> OneAsync(HttpContext context, string id, params JsonObject[] all) =>
        Array.Find(all, document => Scim.Text(document["id"]) == id) is { } found
            ? Scim.Ok(found)
            : await ScimAnswer.RefusedAsync(context, Verdict.Refused(RefusalCode.NotFound, $"There is nothing at {context.Request.Path}."));

    private static JsonObject Config(HttpContext context) => new()
    {
        ["schemas"] = new JsonArray(ConfigSchema),
        ["patch"] = Supported(true),
        ["bulk"] = new JsonObject { ["supported"] = false, ["maxOperations"] = 0, ["maxPayloadSize"] = 0 },
        ["filter"] = new JsonObject { ["supported"] = true, ["maxResults"] = 200 },
        ["changePassword"] = Supported(false),
        ["sort"] = Supported(false),
        ["etag"] = Supported(false),
        ["authenticationSchemes"] = new JsonArray(new JsonObject
        {
            ["type"] = "oauthbearertoken", ["name"] = "Bearer token", ["description"] = "Made by the operator for one sign-in source.", ["primary"] = true,
        }),
        ["meta"] = new JsonObject { ["resourceType"] = "ServiceProviderConfig", ["location"] = $"{Scim.BaseUrl(context)}/ServiceProviderConfig" },
    };

    private static JsonObject Supported(bool isSupported) => new() { ["supported"] = isSupported };

    private static JsonObject UserType(HttpContext context) => Type(context, "User", Scim.UserSchema, "A person who signs in through this source");

    private static JsonObject GroupType(HttpContext context) => Type(context, "Group", Scim.GroupSchema, "A group of this source; by its name it gives roles");

    private static JsonObject Type(HttpContext context, string name, string schema, string description) => new()
    {
        ["schemas"] = new JsonArray(TypeSchema), ["id"] = name, ["name"] = name, ["endpoint"] = $"/{name}s", ["description"] = description, ["schema"] = schema,
        ["meta"] = new JsonObject { ["resourceType"] = "ResourceType", ["location"] = $"{Scim.BaseUrl(context)}/ResourceTypes/{name}" },
    };

    private static JsonObject UserSchema(HttpContext context) => Schema(
        context, Scim.UserSchema, "User",
        Attribute("userName", "string", isRequired: true, uniqueness: "server"),
        Attribute("externalId", "string", isExact: true),
        Attribute("displayName", "string"),
        Attribute("name", "complex", parts: [Attribute("formatted", "string"), Attribute("givenName", "string"), Attribute("familyName", "string")]),
        Attribute("emails", "complex", isList: true, parts: [Attribute("value", "string"), Attribute("type", "string"), Attribute("primary", "boolean")]),
        Attribute("active", "boolean"),
        Attribute("groups", "complex", isList: true, mutability: "readOnly", parts: [Attribute("value", "string", mutability: "readOnly"), Attribute("display", "string", mutability: "readOnly")]));

    private static JsonObject GroupSchema(HttpContext context) => Schema(
        context, Scim.GroupSchema, "Group",
        Attribute("displayName", "string", isRequired: true, uniqueness: "server"),
        Attribute("externalId", "string", isExact: true),
        Attribute("members", "complex", isList: true, parts: [Attribute("value", "string", mutability: "immutable"), Attribute("display", "string", mutability: "readOnly")]));

    private static JsonObject Schema(HttpContext context, string id, string name, params JsonObject[] attributes) => new()
    {
        ["schemas"] = new JsonArray(SchemaSchema), ["id"] = id, ["name"] = name, ["attributes"] = new JsonArray([.. attributes]),
        ["meta"] = new JsonObject { ["resourceType"] = "Schema", ["location"] = $"{Scim.BaseUrl(context)}/Schemas/{id}" },
    };

    private static JsonObject Attribute(
        string name, string type, bool isRequired = false, bool isList = false, bool isExact = false, string uniqueness = "none", string mutability = "readWrite", JsonObject[]? parts = null)
    {
        var attribute = new JsonObject
        {
            ["name"] = name, ["type"] = type, ["multiValued"] = isList, ["required"] = isRequired, ["caseExact"] = isExact, ["mutability"] = mutability,
            ["returned"] = "default", ["uniqueness"] = uniqueness,
        };
        if (parts is not null)
        {
            attribute["subAttributes"] = new JsonArray([.. parts]);
        }

        return attribute;
    }
}
