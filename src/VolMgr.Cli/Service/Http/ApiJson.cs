using System.Text.Json;
using System.Text.Json.Serialization;
using VolMgr.Cli.Service.Events;
using VolMgr.Cli.Service.Replies;

namespace VolMgr.Cli.Service.Http;

/// <summary>Serialisation of the API without reflection.</summary>
[JsonSerializable(typeof(LabReply))]
[JsonSerializable(typeof(IReadOnlyList<HostReply>))]
[JsonSerializable(typeof(IReadOnlyList<EnclosureReply>))]
[JsonSerializable(typeof(IReadOnlyList<DiskReply>))]
[JsonSerializable(typeof(IReadOnlyList<GroupReply>))]
[JsonSerializable(typeof(IReadOnlyList<VolumeReply>))]
[JsonSerializable(typeof(IReadOnlyList<TaskReply>))]
[JsonSerializable(typeof(CommandRequestBody))]
[JsonSerializable(typeof(CommandReply))]
[JsonSerializable(typeof(MigrationRequestBody))]
[JsonSerializable(typeof(VerifyReply))]
[JsonSerializable(typeof(HealthReply))]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(StateChange))]
[JsonSerializable(typeof(Notice))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class ApiJson : JsonSerializerContext;
