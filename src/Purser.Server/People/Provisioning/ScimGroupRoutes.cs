using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Store;

namespace Purser.Server.People.Provisioning;

/// <summary>/Groups (RFC 7644 3). Members are users; groups in groups are not provisioned.</summary>
internal static partial class ScimGroupRoutes
{
    private const int MostMembers = 5000;

    public static void Map(IEndpointRouteBuilder scim)
    {
        scim.MapGet("/Groups", ListAsync).Requires(Permission.ProvisioningDoor);
        scim.MapPost("/Groups", (HttpContext context, ProvisionGroups groups) => SaveAsync(null, context, groups)).Requires(Permission.ProvisioningDoor);
        scim.MapGet("/Groups/{id:long}", (long id, HttpContext context) => ShowAsync(context, id)).Requires(Permission.ProvisioningDoor);
        scim.MapPut("/Groups/{id:long}", (long id, HttpContext context, ProvisionGroups groups) => SaveAsync(id, context, groups)).Requires(Permission.ProvisioningDoor);
        scim.MapPatch("/Groups/{id:long}", PatchAsync).Requires(Permission.ProvisioningDoor);
        scim.MapDelete("/Groups/{id:long}", RemoveAsync).Requires(Permission.ProvisioningDoor);
    }

    private static async Task<IResult> ListAsync(HttpContext context, Database database)
    {
        var filter = ScimFilter.Read(context.Request.Query["filter"], "displayName", "externalId", "id");
        if (!filter.IsOk)
        {
            return await ScimAnswer.RefusedAsync(context, filter.Refusal!);
        }

        var sourceId = ScimDoor.SourceOf(context).Id;
        await using var db = database.Read();
        var groups = db.ProvisionedGroups.Where(row => row.SourceId == sourceId);
        if (filter.Value is { } wanted)
        {
            var key = wanted.Value.ToUpperInvariant();
            var id = Id(wanted.Value) ?? -1;
            groups = wanted.Attribute switch
            {
                "displayName" => groups.Where(row => row.DisplayNameKey == key),
                "externalId" => groups.Where(row => row.ExternalId == wanted.Value),
                _ => groups.Where(row => row.Id == id),
            };
        }

        var slice = ScimSlice.Of(context);
        var total = await groups.CountAsync(context.RequestAborted);
        var found = await groups.OrderBy(row => row.Id).Skip(slice.StartIndex - 1).Take(slice.Count).ToListAsync(context.RequestAborted);
        var resources = new List<JsonObject>();
        foreach (var group in found)
        {
            resources.Add(await ResourceAsync(context, db, group));
        }

        return Scim.List(resources, total, slice.StartIndex);
    }

    private static async Task<IResult> SaveAsync(long? id, HttpContext context, ProvisionGroups groups)
    {
        var body = await Scim.BodyAsync(context);
        var members = body.IsOk ? MembersOf(body.Value["members"]) : body.Refusal!;
        if (!members.IsOk)
        {
            return await ScimAnswer.RefusedAsync(context, members.Refusal!);
        }

        var wanted = new ProvisionGroups.Wanted(Scim.Text(body.Value["displayName"])?.Trim() ?? "", Scim.Text(body.Value["externalId"]) ?? "", members.Value);
        return await SaveAsync(context, groups, id, _ => wanted);
    }

    private static async Task<IResult> PatchAsync(long id, HttpContext context, ProvisionGroups groups)
    {
        var body = await Scim.BodyAsync(context);
        var operations = body.IsOk ? ScimPatch.Read(body.Value) : body.Refusal!;
        return operations.IsOk
            ? await SaveAsync(context, groups, id, present =>
                operations.Value.Aggregate((Verdict<ProvisionGroups.Wanted>)present, (wanted, operation) => wanted.IsOk ? Apply(wanted.Value, operation) : wanted))
            : await ScimAnswer.RefusedAsync(context, operations.Refusal!);
    }

    private static Verdict<ProvisionGroups.Wanted> Apply(ProvisionGroups.Wanted present, ScimPatch.Operation operation)
    {
        switch (operation.Path)
        {
            case "displayname":
                return operation.Verb != "remove" && Scim.Text(operation.Value) is { } name
                    ? present with { DisplayName = name.Trim() }
                    : Scim.Refused(Scim.InvalidValue, "displayName is a text and stays.");
            case "externalid":
                return present with { ExternalId = operation.Verb == "remove" ? "" : Scim.Text(operation.Value) ?? "" };
            case "members" when operation.Selector is { } selector:
                return operation.Verb == "remove" && Selected().Match(selector) is { Success: true } one && Id(one.Groups["id"].Value) is { } leaving
                    ? present with { Members = present.Members.Where(member => member != leaving).ToHashSet() }
                    : Scim.Refused(Scim.InvalidPath, "Members are chosen like this: members[value eq \"7\"].");
            case "members" when operation is { Verb: "remove", Value: null }:
                return present with { Members = new HashSet<long>() };
            case "members":
                var named = MembersOf(operation.Value);
                return !named.IsOk ? named.Refusal! : present with
                {
                    Members = operation.Verb switch
                    {
                        "add" => present.Members.Union(named.Value).ToHashSet(),
                        "remove" => present.Members.Except(named.Value).ToHashSet(),
                        _ => named.Value,
                    },
                };
            case "id" or "meta" or "schemas":
                return Scim.Refused(Scim.Mutability, $"{operation.Path} is kept by this server.");
            default:
                return Scim.Refused(Scim.InvalidPath, $"“{operation.Path}” is not an attribute of groups that is kept here (see /Schemas).");
        }
    }

    private static async Task<IResult> SaveAsync(
        HttpContext context, ProvisionGroups groups, long? id, Func<ProvisionGroups.Wanted, Verdict<ProvisionGroups.Wanted>> change)
    {
        var saved = await groups.SaveAsync(ScimDoor.SourceOf(context), id, change, context.RequestAborted);
        if (!saved.IsOk)
        {
            return await ScimAnswer.RefusedAsync(context, saved.Refusal!);
        }

        if (id is null)
        {
            context.Response.Headers.Location = $"{Scim.BaseUrl(context)}/Groups/{saved.Value}";
        }

        return await ShowAsync(context, saved.Value, id is null ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static async Task<IResult> RemoveAsync(long id, HttpContext context, ProvisionGroups groups)
    {
        var removed = await groups.RemoveAsync(ScimDoor.SourceOf(context), id, context.RequestAborted);
        return removed.IsOk ? Results.NoContent() : await ScimAnswer.RefusedAsync(context, removed.Refusal!);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, long id, int status = StatusCodes.Status200OK)
    {
        await using var db = context.RequestServices.GetRequiredService<Database>().Read();
        return await ProvisionGroups.FindAsync(db, ScimDoor.SourceOf(context).Id, id, context.RequestAborted) is { } group
            ? Scim.Ok(await ResourceAsync(context, db, group), status)
            : await ScimAnswer.RefusedAsync(context, Scim.NotThere("group"));
    }

    private static async Task<JsonObject> ResourceAsync(HttpContext context, PurserContext db, ProvisionedGroup group)
    {
        var resource = new JsonObject
        {
            ["schemas"] = new JsonArray(Scim.GroupSchema),
            ["id"] = group.Id.ToString(CultureInfo.InvariantCulture),
            ["displayName"] = group.DisplayName,
            ["meta"] = Scim.Meta(context, "Group", group.Id, group.CreatedAt, group.ChangedAt),
        };
        if (group.ExternalId.Length > 0)
        {
            resource["externalId"] = group.ExternalId;
        }

        // Programs with large groups ask to be spared them.
        if (!context.Request.Query["excludedAttributes"].ToString().Split(',', StringSplitOptions.TrimEntries).Contains("members", StringComparer.OrdinalIgnoreCase))
        {
            var members = await db.ProvisionedMembers.Where(row => row.GroupId == group.Id)
                .Join(db.Users, row => row.PersonId, person => person.Id, (_, person) => new { person.Id, person.DisplayName })
                .OrderBy(person => person.Id).ToListAsync(context.RequestAborted);
            resource["members"] = new JsonArray([.. members.Select(person => new JsonObject
            {
                ["value"] = person.Id.ToString(CultureInfo.InvariantCulture), ["display"] = person.DisplayName, ["type"] = "User", ["$ref"] = $"{Scim.BaseUrl(context)}/Users/{person.Id}",
            })]);
        }

        return resource;
    }

    private static Verdict<IReadOnlySet<long>> MembersOf(JsonNode? node)
    {
        var list = node switch { null => [], JsonArray array => array.ToList(), _ => [node] };
        var members = list.Select(member => Id(Scim.Text((member as JsonObject)?["value"]) ?? "")).ToList();
        return members.Count > MostMembers ? Scim.Refused(Scim.InvalidValue, $"Send at most {MostMembers} members at once.")
            : members.Contains(null) ? Scim.Refused(Scim.InvalidValue, "members is a list of objects whose value is a user's id.")
            : members.Select(id => id!.Value).ToHashSet();
    }

    private static long? Id(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    [GeneratedRegex("^\\s*value\\s+eq\\s+\"(?<id>\\d+)\"\\s*$", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Selected();
}
